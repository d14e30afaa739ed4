#include <cmath>

#include "autograd/optim/rule.h"

namespace saker::autograd {
namespace {

// Both moments, bias-corrected: param -= lr * m / (sqrt(v) + eps).
void Moments(const UpdateInput& in, const at::Tensor& grad, UpdateState* state) {
  const OptimizerConfig& c = in.config;
  const double step = static_cast<double>(state->step);
  at::Tensor& exp_avg = state->Zeros("exp_avg", in.param);
  at::Tensor& exp_avg_sq = state->Zeros("exp_avg_sq", in.param);
  exp_avg.mul_(c.beta1).add_(grad, 1 - c.beta1);
  exp_avg_sq.mul_(c.beta2).addcmul_(grad, grad, 1 - c.beta2);
  const double correction1 = 1 - std::pow(c.beta1, step);
  const double correction2 = std::sqrt(1 - std::pow(c.beta2, step));
  const at::Tensor denominator = exp_avg_sq.sqrt().div_(correction2).add_(c.eps);
  in.param.addcdiv_(exp_avg, denominator, -in.lr / correction1);
}

void UpdateAdam(const UpdateInput& in, UpdateState* state) {
  Moments(in, in.weight_decay != 0 ? in.grad.add(in.param, in.weight_decay) : in.grad, state);
}

void UpdateAdamW(const UpdateInput& in, UpdateState* state) {
  in.param.mul_(1 - in.lr * in.weight_decay);
  Moments(in, in.grad, state);
}

std::vector<std::string> State(const OptimizerConfig&) { return {"exp_avg", "exp_avg_sq"}; }

}  // namespace

const UpdateRule kAdamRule{OptimizerConfig::Type::kAdam, State, UpdateAdam};
const UpdateRule kAdamWRule{OptimizerConfig::Type::kAdamW, State, UpdateAdamW};

}  // namespace saker::autograd
