// Automatic mixed precision: which operators run in a narrow type, as torch.autocast chooses them.
#pragma once

#include <ATen/ATen.h>

#include <string>
#include <vector>

namespace saker::autograd {

enum class AmpRule {
  kNarrow,  // matrix products and convolutions: operands in the narrow type
  kWide,    // what loses digits there (exponentials, sums, norms): operands in f32
  kWidest,  // everything else: the widest type among the operands
};

AmpRule AmpRuleOf(const std::string& op);
// Casts the floating-point operands by `rule`; differentiable, so gradients of weights arrive in f32.
void AmpCast(AmpRule rule, at::ScalarType narrow, std::vector<at::Tensor>& operands);

}  // namespace saker::autograd
