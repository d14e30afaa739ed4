// Comparisons, booleans and selection.
#include "autograd/ops/node_reader.h"

namespace saker::autograd {
namespace {

template <at::Tensor (*F)(const at::Tensor&, const at::Tensor&)>
Kernel Binary(NodeReader& node) {
  node.RequireInputs(2, 2);
  node.NoGradient();
  if (node.opset() < 7 && node.Int("broadcast", 0) != 0) node.Unsupported("broadcast = 1 of opset 6 and before");
  return [](const Values& in, RunContext&) -> Values { return {F(in[0], in[1])}; };
}

template <at::Tensor (*F)(const at::Tensor&)>
Kernel Unary(NodeReader& node) {
  node.RequireInputs(1, 1);
  node.NoGradient();
  return [](const Values& in, RunContext&) -> Values { return {F(in[0])}; };
}

Kernel IsInf(NodeReader& node) {
  node.RequireInputs(1, 1);
  node.NoGradient();
  const bool negative = node.Int("detect_negative", 1) != 0, positive = node.Int("detect_positive", 1) != 0;
  return [negative, positive](const Values& in, RunContext&) -> Values {
    if (negative && positive) return {at::isinf(in[0])};
    return {negative ? at::isneginf(in[0]) : positive ? at::isposinf(in[0]) : at::zeros_like(in[0], at::kBool)};
  };
}

Kernel Where(NodeReader& node) {
  node.RequireInputs(3, 3);
  return [](const Values& in, RunContext&) -> Values { return {at::where(in[0].to(at::kBool), in[1], in[2])}; };
}

}  // namespace

const std::vector<OpEntry>& LogicOps() {
  static const std::vector<OpEntry> ops = {
      {"Equal", Binary<at::eq>},
      {"Less", Binary<at::lt>},
      {"LessOrEqual", Binary<at::le>},
      {"Greater", Binary<at::gt>},
      {"GreaterOrEqual", Binary<at::ge>},
      {"And", Binary<at::logical_and>},
      {"Or", Binary<at::logical_or>},
      {"Xor", Binary<at::logical_xor>},
      {"Not", Unary<at::logical_not>},
      {"IsNaN", Unary<at::isnan>},
      {"IsInf", IsInf},
      {"Where", Where},
  };
  return ops;
}

}  // namespace saker::autograd
