// Shapes, constants and casts.
#include "autograd/ops/node_reader.h"

namespace saker::autograd {
namespace {

Kernel Constant(NodeReader& node) {
  at::Tensor value;
  if (const TensorView* view = node.Tensor("value")) {
    value = TensorFromView(*view);
  } else if (node.Has("value_float")) {
    value = at::scalar_tensor(node.Float("value_float", 0), at::TensorOptions().dtype(at::kFloat));
  } else if (node.Has("value_int")) {
    value = at::scalar_tensor(node.Int("value_int", 0), at::TensorOptions().dtype(at::kLong));
  } else if (node.Has("value_ints")) {
    value = IntTensor(node.Ints("value_ints"));
  } else if (node.Has("value_floats")) {
    const auto list = node.Floats("value_floats");
    value = at::tensor(at::ArrayRef<double>(list)).to(at::kFloat);
  } else {
    node.Unsupported("none of value, value_float, value_int, value_floats, value_ints is given");
  }
  return [value](const Values&, RunContext&) -> Values { return {value}; };
}

Kernel ConstantOfShape(NodeReader& node) {
  node.RequireInputs(1, 1);
  const TensorView* view = node.Tensor("value");
  const at::Tensor value = view != nullptr ? TensorFromView(*view).reshape({-1}) : at::zeros({1});
  if (value.numel() != 1) node.Unsupported("value has more than one element");
  return [value](const Values& in, RunContext&) -> Values {
    return {value.expand(ToInts(in[0])).contiguous()};
  };
}

Kernel Shape(NodeReader& node) {
  node.RequireInputs(1, 1);
  node.NoGradient();
  const int64_t start = node.Int("start", 0);
  const bool has_end = node.Has("end");
  const int64_t end = node.Int("end", 0);
  return [start, has_end, end](const Values& in, RunContext&) -> Values {
    const int64_t rank = in[0].dim();
    const auto clamp = [rank](int64_t v) { return std::min(rank, std::max<int64_t>(0, v < 0 ? v + rank : v)); };
    const int64_t from = clamp(start), to = has_end ? clamp(end) : rank;
    const auto sizes = in[0].sizes();
    return {IntTensor(std::vector<int64_t>(sizes.begin() + from, sizes.begin() + std::max(from, to)))};
  };
}

Kernel Size(NodeReader& node) {
  node.RequireInputs(1, 1);
  node.NoGradient();
  return [](const Values& in, RunContext&) -> Values {
    return {at::scalar_tensor(in[0].numel(), at::TensorOptions().dtype(at::kLong))};
  };
}

Kernel Reshape(NodeReader& node) {
  const bool from_attr = node.opset() < 5;
  node.RequireInputs(from_attr ? 1 : 2, from_attr ? 1 : 2);
  node.Ignore({"consumed_inputs"});
  const std::vector<int64_t> attr_shape = node.Ints("shape");
  const bool allow_zero = node.Int("allowzero", 0) != 0;
  return [from_attr, attr_shape, allow_zero](const Values& in, RunContext&) -> Values {
    std::vector<int64_t> shape = from_attr ? attr_shape : ToInts(in[1]);
    for (size_t i = 0; i < shape.size(); ++i) {
      if (shape[i] != 0 || allow_zero) continue;
      if (static_cast<int64_t>(i) >= in[0].dim()) ThrowArgument("Reshape copies a dimension that the input lacks");
      shape[i] = in[0].size(static_cast<int64_t>(i));
    }
    return {in[0].reshape(shape)};
  };
}

Kernel Flatten(NodeReader& node) {
  node.RequireInputs(1, 1);
  const int64_t axis_attr = node.Int("axis", 1);
  return [axis_attr](const Values& in, RunContext&) -> Values {
    const at::Tensor& x = in[0];
    const int64_t axis = axis_attr == x.dim() ? axis_attr : NormAxis(axis_attr, x.dim());
    int64_t head = 1, tail = 1;
    for (int64_t d = 0; d < x.dim(); ++d) (d < axis ? head : tail) *= x.size(d);
    return {x.reshape({head, tail})};
  };
}

std::vector<int64_t> AxesOf(const Values& in, const std::vector<int64_t>& attr) {
  return in.size() > 1 && in[1].defined() ? ToInts(in[1]) : attr;
}

Kernel Squeeze(NodeReader& node) {
  node.RequireInputs(1, 2);
  const std::vector<int64_t> attr_axes = node.Ints("axes");
  return [attr_axes](const Values& in, RunContext&) -> Values {
    const at::Tensor& x = in[0];
    std::vector<bool> drop(static_cast<size_t>(x.dim()), false);
    const auto axes = AxesOf(in, attr_axes);
    for (int64_t axis : axes) drop[static_cast<size_t>(NormAxis(axis, x.dim()))] = true;
    std::vector<int64_t> shape;
    for (int64_t d = 0; d < x.dim(); ++d) {
      const bool dropped = axes.empty() ? x.size(d) == 1 : drop[static_cast<size_t>(d)];
      if (dropped && x.size(d) != 1) ThrowArgument("Squeeze of a dimension that is not 1");
      if (!dropped) shape.push_back(x.size(d));
    }
    return {x.reshape(shape)};
  };
}

Kernel Unsqueeze(NodeReader& node) {
  node.RequireInputs(1, 2);
  const std::vector<int64_t> attr_axes = node.Ints("axes");
  return [attr_axes](const Values& in, RunContext&) -> Values {
    const auto axes = AxesOf(in, attr_axes);
    const int64_t rank = in[0].dim() + static_cast<int64_t>(axes.size());
    std::vector<bool> added(static_cast<size_t>(rank), false);
    for (int64_t axis : axes) added[static_cast<size_t>(NormAxis(axis, rank))] = true;
    at::Tensor x = in[0];
    for (int64_t d = 0; d < rank; ++d) {
      if (added[static_cast<size_t>(d)]) x = x.unsqueeze(d);
    }
    return {x};
  };
}

Kernel Expand(NodeReader& node) {
  node.RequireInputs(2, 2);
  return [](const Values& in, RunContext&) -> Values {
    return {in[0].expand(at::infer_size(in[0].sizes(), ToInts(in[1])))};
  };
}

Kernel Tile(NodeReader& node) {
  node.RequireInputs(2, 2);
  return [](const Values& in, RunContext&) -> Values { return {in[0].repeat(ToInts(in[1]))}; };
}

Kernel Identity(NodeReader& node) {
  node.RequireInputs(1, 1);
  return [](const Values& in, RunContext&) -> Values { return {in[0]}; };
}

Kernel Cast(NodeReader& node) {
  node.RequireInputs(1, 1);
  node.Ignore({"saturate"});
  const at::ScalarType type = DtypeFromOnnx(node, node.Int("to", 0));
  if (!at::isFloatingType(type)) node.NoGradient();
  return [type](const Values& in, RunContext&) -> Values { return {in[0].to(type)}; };
}

Kernel CastLike(NodeReader& node) {
  node.RequireInputs(2, 2);
  node.Ignore({"saturate"});
  return [](const Values& in, RunContext&) -> Values { return {in[0].to(in[1].scalar_type())}; };
}

Kernel EyeLike(NodeReader& node) {
  node.RequireInputs(1, 1);
  node.NoGradient();
  const int64_t k = node.Int("k", 0);
  const bool typed = node.Has("dtype");
  const at::ScalarType type = typed ? DtypeFromOnnx(node, node.Int("dtype", 0)) : at::kFloat;
  return [k, typed, type](const Values& in, RunContext&) -> Values {
    if (in[0].dim() != 2) ThrowArgument("EyeLike needs a matrix");
    const at::Tensor ones = at::ones(in[0].sizes(), in[0].options().dtype(typed ? type : in[0].scalar_type()));
    return {at::triu(at::tril(ones, k), k)};
  };
}

Kernel Range(NodeReader& node) {
  node.RequireInputs(3, 3);
  return [](const Values& in, RunContext&) -> Values {
    return {at::arange(in[0].item(), in[1].item(), in[2].item(), in[0].options())};
  };
}

}  // namespace

const std::vector<OpEntry>& ShapeOps() {
  static const std::vector<OpEntry> ops = {
      {"Constant", Constant}, {"ConstantOfShape", ConstantOfShape},
      {"Shape", Shape},       {"Size", Size},
      {"Reshape", Reshape},   {"Flatten", Flatten},
      {"Squeeze", Squeeze},   {"Unsqueeze", Unsqueeze},
      {"Expand", Expand},     {"Tile", Tile},
      {"Identity", Identity}, {"Cast", Cast},
      {"CastLike", CastLike}, {"EyeLike", EyeLike},
      {"Range", Range},
  };
  return ops;
}

}  // namespace saker::autograd
