#include "autograd/optim/rule.h"

namespace saker::autograd {
namespace {

void Update(const UpdateInput& in, UpdateState* state) {
  const OptimizerConfig& c = in.config;
  at::Tensor& exp_avg = state->Zeros("exp_avg", in.param);
  in.param.mul_(1 - in.lr * in.weight_decay);
  in.param.add_(exp_avg.mul(c.beta1).add_(in.grad, 1 - c.beta1).sign_(), -in.lr);
  exp_avg.mul_(c.beta2).add_(in.grad, 1 - c.beta2);
}

std::vector<std::string> State(const OptimizerConfig&) { return {"exp_avg"}; }

}  // namespace

const UpdateRule kLionRule{OptimizerConfig::Type::kLion, State, Update};

}  // namespace saker::autograd
