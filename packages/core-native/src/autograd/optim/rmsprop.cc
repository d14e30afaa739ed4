#include "autograd/optim/rule.h"

namespace saker::autograd {
namespace {

void Update(const UpdateInput& in, UpdateState* state) {
  const OptimizerConfig& c = in.config;
  const at::Tensor grad = in.weight_decay != 0 ? in.grad.add(in.param, in.weight_decay) : in.grad;
  at::Tensor& square_avg = state->Zeros("square_avg", in.param);
  square_avg.mul_(c.alpha).addcmul_(grad, grad, 1 - c.alpha);
  at::Tensor average;
  if (c.centered) {
    at::Tensor& grad_avg = state->Zeros("grad_avg", in.param);
    grad_avg.lerp_(grad, 1 - c.alpha);
    average = square_avg.addcmul(grad_avg, grad_avg, -1).sqrt_();
  } else {
    average = square_avg.sqrt();
  }
  average.add_(c.eps);
  if (c.momentum == 0) {
    in.param.addcdiv_(grad, average, -in.lr);
    return;
  }
  at::Tensor& buffer = state->Zeros("momentum", in.param);
  buffer.mul_(c.momentum).addcdiv_(grad, average);
  in.param.add_(buffer, -in.lr);
}

std::vector<std::string> State(const OptimizerConfig& config) {
  std::vector<std::string> names{"square_avg"};
  if (config.centered) names.push_back("grad_avg");
  if (config.momentum != 0) names.push_back("momentum");
  return names;
}

}  // namespace

const UpdateRule kRmsPropRule{OptimizerConfig::Type::kRmsProp, State, Update};

}  // namespace saker::autograd
