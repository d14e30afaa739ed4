// Gathers.
#include "autograd/ops/node_reader.h"

namespace saker::autograd {
namespace {

Kernel Gather(NodeReader& node) {
  node.RequireInputs(2, 2);
  const int64_t axis_attr = node.Int("axis", 0);
  return [axis_attr](const Values& in, RunContext&) -> Values {
    const at::Tensor& x = in[0];
    const int64_t axis = NormAxis(axis_attr, x.dim());
    const at::Tensor wrapped = WrapIndex(in[1], x.size(axis));
    if (wrapped.dim() == 0) return {x.select(axis, wrapped.item<int64_t>())};
    const at::Tensor index = wrapped.to(x.device());
    std::vector<int64_t> shape = x.sizes().vec();
    shape.erase(shape.begin() + axis);
    shape.insert(shape.begin() + axis, index.sizes().begin(), index.sizes().end());
    return {at::index_select(x, axis, index.reshape({-1})).reshape(shape)};
  };
}

Kernel GatherElements(NodeReader& node) {
  node.RequireInputs(2, 2);
  const int64_t axis_attr = node.Int("axis", 0);
  return [axis_attr](const Values& in, RunContext&) -> Values {
    const int64_t axis = NormAxis(axis_attr, in[0].dim());
    return {at::gather(in[0], axis, WrapIndex(in[1], in[0].size(axis)).to(in[0].device()))};
  };
}

// The last axis of `indices` names a place in the axes behind the first `batch_dims`, which both share.
Kernel GatherND(NodeReader& node) {
  node.RequireInputs(2, 2);
  const int64_t batch_dims = node.Int("batch_dims", 0);
  return [batch_dims](const Values& in, RunContext&) -> Values {
    const at::Tensor &x = in[0], &indices = in[1];
    const int64_t depth = indices.dim() == 0 ? 0 : indices.size(-1);
    if (depth < 1 || batch_dims < 0 || batch_dims + depth > x.dim() || batch_dims >= indices.dim())
      ThrowArgument("GatherND's indices reach deeper than its data");
    int64_t batches = 1, places = 1;
    for (int64_t d = 0; d < batch_dims; ++d) batches *= x.size(d);
    const at::Tensor rows = indices.reshape({batches, -1, depth});
    at::Tensor at_place = at::zeros({batches, rows.size(1)}, rows.options().dtype(at::kLong));
    for (int64_t d = 0; d < depth; ++d) {
      const int64_t size = x.size(batch_dims + d);
      at_place = at_place * size + WrapIndex(rows.select(2, d), size);
      places *= size;
    }
    at_place = (at_place + at::arange(batches, at_place.options()).unsqueeze(1) * places).to(x.device());
    std::vector<int64_t> shape = indices.sizes().slice(0, static_cast<size_t>(indices.dim()) - 1).vec();
    const auto rest = x.sizes().slice(static_cast<size_t>(batch_dims + depth));
    int64_t width = 1;
    for (int64_t size : rest) width *= size;
    shape.insert(shape.end(), rest.begin(), rest.end());
    return {at::index_select(x.reshape({batches * places, width}), 0, at_place.reshape({-1})).reshape(shape)};
  };
}

}  // namespace

const std::vector<OpEntry>& IndexOps() {
  static const std::vector<OpEntry> ops = {
      {"Gather", Gather}, {"GatherElements", GatherElements}, {"GatherND", GatherND}};
  return ops;
}

}  // namespace saker::autograd
