// LAMB: Adam's direction plus weight decay, rescaled to the norm of the weight. As in timm, weights
// without weight decay (norms, biases) keep the plain rate, and the gradient norm is left to the
// caller's clipping.
#include <cmath>

#include "autograd/optim/rule.h"

namespace saker::autograd {
namespace {

void Update(const UpdateInput& in, UpdateState* state) {
  const OptimizerConfig& c = in.config;
  const double step = static_cast<double>(state->step);
  at::Tensor& exp_avg = state->Zeros("exp_avg", in.param);
  at::Tensor& exp_avg_sq = state->Zeros("exp_avg_sq", in.param);
  exp_avg.mul_(c.beta1).add_(in.grad, 1 - c.beta1);
  exp_avg_sq.mul_(c.beta2).addcmul_(in.grad, in.grad, 1 - c.beta2);
  const double correction1 = 1 - std::pow(c.beta1, step);
  const double correction2 = std::sqrt(1 - std::pow(c.beta2, step));
  at::Tensor change =
      exp_avg.div(correction1).div_(exp_avg_sq.sqrt().div_(correction2).add_(c.eps));
  double trust = 1;
  if (in.weight_decay != 0) {
    change.add_(in.param, in.weight_decay);
    const double weight_norm = in.param.norm().item<double>();
    const double change_norm = change.norm().item<double>();
    if (weight_norm > 0 && change_norm > 0) trust = weight_norm / change_norm;
  }
  in.param.add_(change, -in.lr * trust);
}

std::vector<std::string> State(const OptimizerConfig&) { return {"exp_avg", "exp_avg_sq"}; }

}  // namespace

const UpdateRule kLambRule{OptimizerConfig::Type::kLamb, State, Update};

}  // namespace saker::autograd
