// Reductions. Axes come from an attribute, or from the second input since opset 13 (ReduceSum) or 18 (the others).
#include <algorithm>

#include "autograd/ops/node_reader.h"

namespace saker::autograd {
namespace {

using Reduction = at::Tensor (*)(const at::Tensor& x, at::IntArrayRef dims, bool keep);

template <Reduction F>
Kernel Reduce(NodeReader& node) {
  node.RequireInputs(1, 2);
  const bool keep = node.Int("keepdims", 1) != 0;
  const bool noop = node.Int("noop_with_empty_axes", 0) != 0;
  const std::vector<int64_t> attr_axes = node.Ints("axes");
  return [keep, noop, attr_axes](const Values& in, RunContext&) -> Values {
    const at::Tensor& x = in[0];
    std::vector<int64_t> axes = in.size() > 1 && in[1].defined() ? ToInts(in[1]) : attr_axes;
    if (axes.empty() && noop) return {x};
    if (axes.empty()) {
      for (int64_t d = 0; d < x.dim(); ++d) axes.push_back(d);
    }
    for (int64_t& axis : axes) axis = NormAxis(axis, x.dim());
    return {F(x, axes, keep)};
  };
}

at::Tensor Mean(const at::Tensor& x, at::IntArrayRef dims, bool keep) { return at::mean(x, dims, keep); }
at::Tensor Sum(const at::Tensor& x, at::IntArrayRef dims, bool keep) {
  return at::sum(x, dims, keep, x.scalar_type());
}
at::Tensor Max(const at::Tensor& x, at::IntArrayRef dims, bool keep) { return at::amax(x, dims, keep); }
at::Tensor Min(const at::Tensor& x, at::IntArrayRef dims, bool keep) { return at::amin(x, dims, keep); }
at::Tensor L1(const at::Tensor& x, at::IntArrayRef dims, bool keep) { return at::sum(at::abs(x), dims, keep); }
at::Tensor L2(const at::Tensor& x, at::IntArrayRef dims, bool keep) { return at::norm(x, 2, dims, keep); }
at::Tensor SumSquare(const at::Tensor& x, at::IntArrayRef dims, bool keep) { return at::sum(x * x, dims, keep); }
at::Tensor LogSumExp(const at::Tensor& x, at::IntArrayRef dims, bool keep) {
  return at::logsumexp(x, dims, keep);
}

at::Tensor LogSum(const at::Tensor& x, at::IntArrayRef dims, bool keep) { return at::log(at::sum(x, dims, keep)); }
at::Tensor Prod(const at::Tensor& x, at::IntArrayRef dims, bool keep) {
  std::vector<int64_t> last_first = dims.vec();
  std::sort(last_first.rbegin(), last_first.rend());
  at::Tensor y = x;
  for (int64_t d : last_first) y = at::prod(y, d, keep, x.scalar_type());
  return y;
}

at::Tensor ArgMax(const at::Tensor& x, int64_t axis, bool keep) { return at::argmax(x, axis, keep); }
at::Tensor ArgMin(const at::Tensor& x, int64_t axis, bool keep) { return at::argmin(x, axis, keep); }

template <at::Tensor (*F)(const at::Tensor&, int64_t, bool)>
Kernel Arg(NodeReader& node) {
  node.RequireInputs(1, 1);
  node.NoGradient();
  const int64_t axis = node.Int("axis", 0);
  const bool keep = node.Int("keepdims", 1) != 0;
  if (node.Int("select_last_index", 0) != 0) node.Unsupported("select_last_index = 1");
  return [axis, keep](const Values& in, RunContext&) -> Values { return {F(in[0], axis, keep)}; };
}

}  // namespace

const std::vector<OpEntry>& ReduceOps() {
  static const std::vector<OpEntry> ops = {
      {"ReduceMean", Reduce<Mean>}, {"ReduceSum", Reduce<Sum>}, {"ReduceMax", Reduce<Max>},
      {"ReduceMin", Reduce<Min>},   {"ReduceL1", Reduce<L1>},   {"ReduceL2", Reduce<L2>},
      {"ReduceSumSquare", Reduce<SumSquare>}, {"ReduceLogSumExp", Reduce<LogSumExp>},
      {"ReduceLogSum", Reduce<LogSum>}, {"ReduceProd", Reduce<Prod>},
      {"ArgMax", Arg<ArgMax>},  {"ArgMin", Arg<ArgMin>},
  };
  return ops;
}

}  // namespace saker::autograd
