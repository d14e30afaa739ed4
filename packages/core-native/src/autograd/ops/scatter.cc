// Operators that write into a copy of their data, and OneHot.
#include "autograd/ops/node_reader.h"

namespace saker::autograd {
namespace {

// Whether values are added to what is there ("add") or replace it ("none").
bool Accumulates(NodeReader& node) {
  const std::string reduction = node.String("reduction", "none");
  if (reduction != "none" && reduction != "add") node.Unsupported("reduction = " + reduction);
  return reduction == "add";
}

// The last axis of `indices` names a place in the leading axes of the data.
Kernel ScatterND(NodeReader& node) {
  node.RequireInputs(3, 3);
  const bool add = Accumulates(node);
  return [add](const Values& in, RunContext&) -> Values {
    const at::Tensor &x = in[0], &indices = in[1];
    const int64_t depth = indices.dim() == 0 ? 0 : indices.size(-1);
    if (depth < 1 || depth > x.dim()) ThrowArgument("ScatterND's indices reach deeper than its data");
    at::Tensor place = at::zeros(indices.sizes().slice(0, static_cast<size_t>(indices.dim()) - 1),
                                 indices.options().dtype(at::kLong));
    int64_t places = 1, width = 1;
    for (int64_t d = 0; d < x.dim(); ++d) (d < depth ? places : width) *= x.size(d);
    for (int64_t d = 0; d < depth; ++d) {
      place = place * x.size(d) + WrapIndex(indices.select(-1, d), x.size(d));
    }
    const at::Tensor rows = x.reshape({places, width}), updates = in[2].reshape({-1, width});
    return {at::index_put(rows, {place.reshape({-1}).to(x.device())}, updates, add).reshape(x.sizes())};
  };
}

Kernel ScatterElements(NodeReader& node) {
  node.RequireInputs(3, 3);
  const int64_t axis_attr = node.Int("axis", 0);
  const bool add = Accumulates(node);
  return [axis_attr, add](const Values& in, RunContext&) -> Values {
    const int64_t axis = NormAxis(axis_attr, in[0].dim());
    const at::Tensor index = WrapIndex(in[1], in[0].size(axis)).to(in[0].device());
    return {add ? at::scatter_add(in[0], axis, index, in[2]) : at::scatter(in[0], axis, index, in[2])};
  };
}

// Indices outside the depth give a row of the off value.
Kernel OneHot(NodeReader& node) {
  node.RequireInputs(3, 3);
  const int64_t axis_attr = node.Int("axis", -1);
  return [axis_attr](const Values& in, RunContext&) -> Values {
    const int64_t depth = in[1].to(at::kLong).item<int64_t>();
    const int64_t axis = NormAxis(axis_attr, in[0].dim() + 1);
    const at::Tensor index = in[0].to(at::kLong);
    const at::Tensor wanted = at::where(index < 0, index + depth, index).unsqueeze(axis);
    std::vector<int64_t> shape(static_cast<size_t>(in[0].dim()) + 1, 1);
    shape[static_cast<size_t>(axis)] = depth;
    const at::Tensor hot = wanted.eq(at::arange(depth, wanted.options()).reshape(shape));
    return {at::where(hot, in[2].select(0, 1), in[2].select(0, 0))};
  };
}

}  // namespace

const std::vector<OpEntry>& ScatterOps() {
  static const std::vector<OpEntry> ops = {
      {"ScatterND", ScatterND}, {"ScatterElements", ScatterElements}, {"OneHot", OneHot}};
  return ops;
}

}  // namespace saker::autograd
