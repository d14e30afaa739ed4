#include "autograd/optimizer.h"

#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>

#include "autograd/error.h"
#include "autograd/optim/clip.h"

namespace saker::autograd {

double Optimizer::GradNorm() const {
  std::vector<at::Tensor> norms;
  ForGradients([&norms](const Group&, const Param& p) { norms.push_back(p.tensor.grad().norm()); });
  if (norms.empty()) return 0;
  // One wait for the device, not one for each weight.
  const at::Tensor host = at::stack(norms).to(at::kCPU, at::kDouble);
  double sum = 0;
  for (int64_t i = 0; i < host.numel(); ++i) sum += host.data_ptr<double>()[i] * host.data_ptr<double>()[i];
  return std::sqrt(sum);
}

void Optimizer::Clip(double norm, const StepOptions& options) {
  c10::AutoGradMode no_grad(false);
  // torch.nn.utils.clip_grad_norm_
  const double scale = options.clip_grad_norm > 0 ? options.clip_grad_norm / (norm + 1e-6) : 1;
  ForGradients([&](const Group& group, const Param& p) {
    at::Tensor& grad = p.tensor.mutable_grad();
    if (options.clip_grad_agc > 0 && group.clip_adaptive)
      ClipAdaptive(p.tensor, grad, options.clip_grad_agc);
    if (scale < 1) grad.mul_(scale);
    if (options.clip_grad_value > 0) ClipValue(grad, options.clip_grad_value);
  });
}

void Optimizer::Step(const std::vector<double>& lrs) {
  c10::AutoGradMode no_grad(false);
  for (size_t g = 0; g < groups_.size(); ++g) {
    const Group& group = groups_[g];
    const double lr = lrs.empty() ? group.lr : lrs[g];
    for (const Param& p : group.params) {
      const at::Tensor grad = p.tensor.grad();
      if (!grad.defined()) continue;
      UpdateState& state = states_[p.name];
      ++state.step;
      rule_.update({config_, p.tensor, grad, lr, group.weight_decay}, &state);
    }
  }
}

std::map<std::string, at::Tensor> Optimizer::State() const {
  std::map<std::string, at::Tensor> out;
  for (const auto& [name, state] : states_) {
    for (const auto& [kind, tensor] : state.tensors) out[name + "/" + kind] = tensor;
    out[name + "/step"] =
        at::full({1}, static_cast<double>(state.step), at::TensorOptions().dtype(at::kFloat));
  }
  return out;
}

void Optimizer::LoadState(const std::map<std::string, at::Tensor>& state) {
  std::map<std::string, at::Tensor> params;
  for (const Group& group : groups_) {
    for (const Param& p : group.params) params[p.name] = p.tensor;
  }
  const std::vector<std::string> kinds = rule_.state(config_);
  std::map<std::string, UpdateState> next;
  for (const auto& [key, value] : state) {
    const size_t slash = key.rfind('/');
    const std::string name = key.substr(0, slash),
                      kind = slash == std::string::npos ? "" : key.substr(slash + 1);
    const auto param = params.find(name);
    if (param == params.end())
      ThrowArgument("optimiser state '" + key + "' belongs to no optimised parameter");
    if (kind == "step") {
      if (value.numel() != 1) ThrowArgument("optimiser state '" + key + "' is not one number");
      next[name].step = static_cast<int64_t>(value.item<float>());
      continue;
    }
    if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end())
      ThrowArgument("optimiser state '" + key + "' is of no kind that this optimiser has");
    if (value.sizes() != param->second.sizes())
      ThrowArgument("optimiser state '" + key + "' has another shape");
    next[name].tensors[kind] = at::empty_like(param->second).copy_(value).detach();
  }
  for (const auto& [name, loaded] : next) {
    if (loaded.step < 1 || loaded.tensors.size() != kinds.size())
      ThrowArgument("optimiser state of '" + name + "' is incomplete");
  }
  states_ = std::move(next);
}

}  // namespace saker::autograd
