#include "autograd/optimizer.h"

#include <c10/core/GradMode.h>

#include <cmath>

namespace saker::autograd {

void Optimizer::ZeroGrad() {
  for (Group& group : groups_) {
    for (Param& p : group.params) p.tensor.mutable_grad().reset();
  }
}

double Optimizer::GradNorm() const {
  double sum = 0;
  for (const Group& group : groups_) {
    for (const Param& p : group.params) {
      if (!p.tensor.grad().defined()) continue;
      const double norm = p.tensor.grad().norm().item<double>();
      sum += norm * norm;
    }
  }
  return std::sqrt(sum);
}

void Optimizer::Clip(double norm, double max_norm) {
  const double scale = max_norm / (norm + 1e-6);  // torch.nn.utils.clip_grad_norm_
  if (scale >= 1) return;
  for (Group& group : groups_) {
    for (Param& p : group.params) {
      if (p.tensor.grad().defined()) p.tensor.mutable_grad().mul_(scale);
    }
  }
}

void Optimizer::Step(const std::vector<double>& lrs) {
  c10::AutoGradMode no_grad(false);
  for (size_t g = 0; g < groups_.size(); ++g) {
    const Group& group = groups_[g];
    const double lr = lrs.empty() ? group.lr : lrs[g];
    for (const Param& p : group.params) {
      const at::Tensor grad = p.tensor.grad();
      if (!grad.defined()) continue;
      Slot& slot = slots_[p.name];
      if (config_.type == OptimizerConfig::Type::kSgd) {
        StepSgd(p.tensor, grad, slot, lr, group.weight_decay);
      } else {
        StepAdamW(p.tensor, grad, slot, lr, group.weight_decay);
      }
    }
  }
}

void Optimizer::StepSgd(const at::Tensor& p, const at::Tensor& grad, Slot& slot, double lr,
                        double weight_decay) const {
  at::Tensor d = weight_decay != 0 ? grad.add(p, weight_decay) : grad;
  if (config_.momentum != 0) {
    if (!slot.momentum.defined()) {
      slot.momentum = d.clone();
    } else {
      slot.momentum.mul_(config_.momentum).add_(d);
    }
    d = config_.nesterov ? d.add(slot.momentum, config_.momentum) : slot.momentum;
  }
  p.add_(d, -lr);
}

void Optimizer::StepAdamW(const at::Tensor& p, const at::Tensor& grad, Slot& slot, double lr,
                          double weight_decay) const {
  if (!slot.exp_avg.defined()) {
    slot.exp_avg = at::zeros_like(p);
    slot.exp_avg_sq = at::zeros_like(p);
  }
  ++slot.step;
  const double step = static_cast<double>(slot.step);
  p.mul_(1 - lr * weight_decay);
  slot.exp_avg.mul_(config_.beta1).add_(grad, 1 - config_.beta1);
  slot.exp_avg_sq.mul_(config_.beta2).addcmul_(grad, grad, 1 - config_.beta2);
  const double correction1 = 1 - std::pow(config_.beta1, step);
  const double correction2 = std::sqrt(1 - std::pow(config_.beta2, step));
  const at::Tensor denominator = slot.exp_avg_sq.sqrt().div_(correction2).add_(config_.eps);
  p.addcdiv_(slot.exp_avg, denominator, -lr / correction1);
}

std::map<std::string, at::Tensor> Optimizer::State() const {
  std::map<std::string, at::Tensor> out;
  for (const auto& [name, slot] : slots_) {
    if (slot.momentum.defined()) out[name + "/momentum"] = slot.momentum;
    if (!slot.exp_avg.defined()) continue;
    out[name + "/exp_avg"] = slot.exp_avg;
    out[name + "/exp_avg_sq"] = slot.exp_avg_sq;
    out[name + "/step"] = at::full({1}, static_cast<double>(slot.step), at::TensorOptions().dtype(at::kFloat));
  }
  return out;
}

void Optimizer::LoadState(const std::map<std::string, at::Tensor>& state) {
  std::map<std::string, at::Tensor> params;
  for (const Group& group : groups_) {
    for (const Param& p : group.params) params[p.name] = p.tensor;
  }
  std::map<std::string, Slot> next;
  for (const auto& [key, value] : state) {
    const size_t slash = key.rfind('/');
    const std::string name = key.substr(0, slash), kind = slash == std::string::npos ? "" : key.substr(slash + 1);
    const auto param = params.find(name);
    if (param == params.end()) ThrowArgument("optimiser state '" + key + "' belongs to no optimised parameter");
    Slot& slot = next[name];
    if (kind == "step") {
      slot.step = static_cast<int64_t>(value.item<float>());
      continue;
    }
    if (value.sizes() != param->second.sizes()) ThrowArgument("optimiser state '" + key + "' has another shape");
    at::Tensor copy = at::empty_like(param->second).copy_(value).detach();
    if (kind == "momentum") slot.momentum = copy;
    else if (kind == "exp_avg") slot.exp_avg = copy;
    else if (kind == "exp_avg_sq") slot.exp_avg_sq = copy;
    else ThrowArgument("optimiser state '" + key + "' is of no known kind");
  }
  for (const auto& [name, slot] : next) {
    if (slot.exp_avg.defined() != slot.exp_avg_sq.defined() || (slot.step > 0) != slot.exp_avg.defined()) {
      ThrowArgument("optimiser state of '" + name + "' is incomplete");
    }
  }
  slots_ = std::move(next);
}

}  // namespace saker::autograd
