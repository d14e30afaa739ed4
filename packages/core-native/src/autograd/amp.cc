#include "autograd/amp.h"

#include <set>

namespace saker::autograd {

AmpRule AmpRuleOf(const std::string& op) {
  static const std::set<std::string> narrow = {"Conv", "ConvTranspose", "Gemm", "MatMul", "Einsum"};
  static const std::set<std::string> wide = {
      "Softmax", "LogSoftmax", "Exp", "Log", "Pow", "Reciprocal", "Softplus", "Erf", "Gelu", "Mish", "HardSwish",
      "HardSigmoid", "BatchNormalization", "LayerNormalization", "GroupNormalization", "InstanceNormalization",
      "RMSNormalization", "LpNormalization", "MeanVarianceNormalization", "LRN", "ReduceMean", "ReduceSum", "ReduceL1",
      "ReduceL2", "ReduceSumSquare", "ReduceLogSum", "ReduceLogSumExp", "ReduceProd", "CumSum", "AveragePool",
      "GlobalAveragePool", "LpPool", "GlobalLpPool", "Resize", "Upsample", "TopK"};
  if (narrow.count(op) != 0) return AmpRule::kNarrow;
  return wide.count(op) != 0 ? AmpRule::kWide : AmpRule::kWidest;
}

void AmpCast(AmpRule rule, at::ScalarType narrow, std::vector<at::Tensor>& operands) {
  const auto floats = [](const at::Tensor& t) { return t.defined() && at::isFloatingType(t.scalar_type()); };
  at::ScalarType target = rule == AmpRule::kNarrow ? narrow : at::kFloat;
  if (rule == AmpRule::kWidest) {
    bool wide = false, mixed = false;
    for (const at::Tensor& t : operands) {
      if (!floats(t) || t.dim() == 0) continue;  // a scalar takes the type of what it meets
      wide = wide || t.scalar_type() == at::kFloat;
      mixed = mixed || t.scalar_type() == narrow;
    }
    if (!mixed) return;
    target = wide ? at::kFloat : narrow;
  }
  for (at::Tensor& t : operands) {
    if (floats(t) && t.scalar_type() != target) t = t.to(target);
  }
}

}  // namespace saker::autograd
