#include "autograd/optim/rule.h"

namespace saker::autograd {
namespace {

void Update(const UpdateInput& in, UpdateState* state) {
  at::Tensor d = in.weight_decay != 0 ? in.grad.add(in.param, in.weight_decay) : in.grad;
  if (in.config.momentum != 0) {
    at::Tensor& buffer = state->tensors["momentum"];
    if (!buffer.defined()) {
      buffer = d.clone();
    } else {
      buffer.mul_(in.config.momentum).add_(d);
    }
    d = in.config.nesterov ? d.add(buffer, in.config.momentum) : buffer;
  }
  in.param.add_(d, -in.lr);
}

std::vector<std::string> State(const OptimizerConfig& config) {
  if (config.momentum == 0) return {};
  return {"momentum"};
}

}  // namespace

const UpdateRule kSgdRule{OptimizerConfig::Type::kSgd, State, Update};

}  // namespace saker::autograd
