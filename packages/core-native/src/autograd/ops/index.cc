// Gathers.
#include "autograd/ops/node_reader.h"

namespace saker::autograd {
namespace {

// Indices in [-size, size); outside is an error, as in ONNX.
at::Tensor Wrap(const at::Tensor& index, int64_t size) {
  const at::Tensor wide = index.to(at::kLong);
  const at::Tensor wrapped = at::where(wide < 0, wide + size, wide);
  if (wrapped.numel() > 0 && ((wrapped < 0) | (wrapped >= size)).any().item<bool>()) {
    ThrowArgument("an index lies outside an axis of " + std::to_string(size));
  }
  return wrapped;
}

Kernel Gather(NodeReader& node) {
  node.RequireInputs(2, 2);
  const int64_t axis_attr = node.Int("axis", 0);
  return [axis_attr](const Values& in, RunContext&) -> Values {
    const at::Tensor& x = in[0];
    const int64_t axis = NormAxis(axis_attr, x.dim());
    const at::Tensor index = Wrap(in[1], x.size(axis));
    if (index.dim() == 0) return {x.select(axis, index.item<int64_t>())};
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
    return {at::gather(in[0], axis, Wrap(in[1], in[0].size(axis)))};
  };
}

}  // namespace

const std::vector<OpEntry>& IndexOps() {
  static const std::vector<OpEntry> ops = {{"Gather", Gather}, {"GatherElements", GatherElements}};
  return ops;
}

}  // namespace saker::autograd
