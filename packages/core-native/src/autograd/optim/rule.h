// UpdateRule: what one optimiser does to one weight. Arithmetic in the order of torch.optim's
// single-tensor path, so that both give the same bits up to the rounding of fused kernels.
#ifndef SAKER_AUTOGRAD_OPTIM_RULE_H_
#define SAKER_AUTOGRAD_OPTIM_RULE_H_

#include <ATen/ATen.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "autograd/optimizer_config.h"

namespace saker::autograd {

// What is kept for one weight. Tensors are made by the first update, with the weight's shape.
struct UpdateState {
  std::map<std::string, at::Tensor> tensors;
  int64_t step = 0;  // updates made

  // The tensor of that name, zeros when new.
  at::Tensor& Zeros(const char* name, const at::Tensor& like) {
    at::Tensor& tensor = tensors[name];
    if (!tensor.defined()) tensor = at::zeros_like(like);
    return tensor;
  }
};

struct UpdateInput {
  const OptimizerConfig& config;
  const at::Tensor& param;  // updated in place
  const at::Tensor& grad;   // not changed
  double lr, weight_decay;
};

struct UpdateRule {
  OptimizerConfig::Type type;
  // Names of the tensors that the state has after an update.
  std::vector<std::string> (*state)(const OptimizerConfig& config);
  // `state->step` counts this update already.
  void (*update)(const UpdateInput& in, UpdateState* state);
};

// One per file of this folder.
extern const UpdateRule
    kSgdRule;  // Sutskever et al. 2013, PyTorch's form: the rate multiplies the buffer
extern const UpdateRule kAdamRule;     // Kingma & Ba 2015; weight decay added to the gradient
extern const UpdateRule kAdamWRule;    // Loshchilov & Hutter 2019
extern const UpdateRule kRmsPropRule;  // Tieleman & Hinton 2012; centered: Graves 2013
extern const UpdateRule kLambRule;     // You et al. 2020
extern const UpdateRule kLionRule;     // Chen et al. 2023

const UpdateRule& RuleOf(OptimizerConfig::Type type);

}  // namespace saker::autograd

#endif  // SAKER_AUTOGRAD_OPTIM_RULE_H_
