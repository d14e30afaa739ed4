// Operators about the order and place of elements: TopK, CumSum, Trilu, NonZero.
#include "autograd/ops/node_reader.h"

namespace saker::autograd {
namespace {

// Of equal values the one with the lower index comes first.
Kernel TopK(NodeReader& node) {
  const bool from_attr = node.opset() < 10;
  node.RequireInputs(from_attr ? 1 : 2, from_attr ? 1 : 2);
  const int64_t k_attr = node.Int("k", 0), axis_attr = node.Int("axis", -1);
  const bool largest = node.Int("largest", 1) != 0;
  node.Ignore({"sorted"});  // sorted serves both
  return [=](const Values& in, RunContext&) -> Values {
    const int64_t axis = NormAxis(axis_attr, in[0].dim());
    const int64_t k = from_attr ? k_attr : in[1].item<int64_t>();
    if (k < 0 || k > in[0].size(axis)) ThrowArgument("TopK of more elements than there are");
    const auto [values, indices] = at::sort(in[0], /*stable=*/true, axis, /*descending=*/largest);
    return {values.narrow(axis, 0, k), indices.narrow(axis, 0, k)};
  };
}

Kernel CumSum(NodeReader& node) {
  node.RequireInputs(2, 2);
  const bool exclusive = node.Int("exclusive", 0) != 0, reverse = node.Int("reverse", 0) != 0;
  return [exclusive, reverse](const Values& in, RunContext&) -> Values {
    const int64_t axis = NormAxis(in[1].item<int64_t>(), in[0].dim());
    const at::Tensor x = reverse ? in[0].flip(axis) : in[0];
    at::Tensor y = at::cumsum(x, axis, x.scalar_type());
    if (exclusive) y = y - x;
    return {reverse ? y.flip(axis) : y};
  };
}

Kernel Trilu(NodeReader& node) {
  node.RequireInputs(1, 2);
  const bool upper = node.Int("upper", 1) != 0;
  return [upper](const Values& in, RunContext&) -> Values {
    const int64_t k = in.size() > 1 && in[1].defined() ? in[1].item<int64_t>() : 0;
    return {upper ? at::triu(in[0], k) : at::tril(in[0], k)};
  };
}

Kernel NonZero(NodeReader& node) {
  node.RequireInputs(1, 1);
  node.NoGradient();
  return [](const Values& in, RunContext&) -> Values { return {at::nonzero(in[0]).t().contiguous()}; };
}

}  // namespace

const std::vector<OpEntry>& OrderOps() {
  static const std::vector<OpEntry> ops = {
      {"TopK", TopK, 2}, {"CumSum", CumSum}, {"Trilu", Trilu}, {"NonZero", NonZero}};
  return ops;
}

}  // namespace saker::autograd
