// Which optimiser updates which weights.
#pragma once

#include <string>
#include <vector>

namespace saker::autograd {

struct OptimizerConfig {
  enum class Type { kSgd, kAdam, kAdamW, kRmsProp, kLamb, kLion } type = Type::kSgd;
  double momentum = 0, beta1 = 0.9, beta2 = 0.999, eps = 1e-8;
  double alpha = 0.99;  // kRmsProp: decay of the squared average
  bool nesterov = false, centered = false;
  struct Group {
    std::vector<std::string> params;
    double lr = 0, weight_decay = 0;
    bool clip_adaptive = true;  // whether StepOptions::clip_grad_agc applies
  };
  std::vector<Group> groups;
};

}  // namespace saker::autograd
