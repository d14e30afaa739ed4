// Operators that move elements: Transpose, Concat, Split, Slice, Pad, DepthToSpace, SpaceToDepth.
#include "autograd/ops/node_reader.h"

namespace saker::autograd {
namespace {

Kernel Transpose(NodeReader& node) {
  node.RequireInputs(1, 1);
  const std::vector<int64_t> perm_attr = node.Ints("perm");
  return [perm_attr](const Values& in, RunContext&) -> Values {
    std::vector<int64_t> perm = perm_attr;
    if (perm.empty()) {
      for (int64_t d = in[0].dim() - 1; d >= 0; --d) perm.push_back(d);
    }
    return {in[0].permute(perm)};
  };
}

Kernel Concat(NodeReader& node) {
  node.RequireInputs(1, 1u << 20);
  const int64_t axis = node.Int("axis", 1);
  return [axis](const Values& in, RunContext&) -> Values { return {at::cat(in, axis)}; };
}

Kernel Split(NodeReader& node) {
  node.RequireInputs(1, 2);
  const int64_t axis_attr = node.Int("axis", 0);
  const std::vector<int64_t> split_attr = node.Ints("split");
  const int64_t parts = node.Int("num_outputs", static_cast<int64_t>(node.node().outputs.size()));
  return [axis_attr, split_attr, parts](const Values& in, RunContext&) -> Values {
    const int64_t axis = NormAxis(axis_attr, in[0].dim());
    std::vector<int64_t> sizes = in.size() > 1 && in[1].defined() ? ToInts(in[1]) : split_attr;
    if (sizes.empty()) {  // equal parts, the last one smaller (Split-18)
      const int64_t total = in[0].size(axis), each = (total + parts - 1) / parts;
      for (int64_t i = 0, left = total; i < parts; ++i, left -= each) {
        sizes.push_back(std::max<int64_t>(0, std::min(each, left)));
      }
    }
    return at::split_with_sizes(in[0], sizes, axis);
  };
}

// One axis of Slice; start and end are clamped as ONNX says, negative steps walk backwards.
at::Tensor SliceAxis(const at::Tensor& x, int64_t axis, int64_t start, int64_t end, int64_t step) {
  const int64_t size = x.size(axis);
  if (step == 0) ThrowArgument("Slice with step 0");
  if (start < 0) start += size;
  if (end < 0) end += size;
  if (step > 0) {
    start = std::min(std::max<int64_t>(start, 0), size);
    end = std::min(std::max<int64_t>(end, 0), size);
    return x.slice(axis, start, std::max(start, end), step);
  }
  start = std::min(std::max<int64_t>(start, 0), size - 1);
  end = std::min(std::max<int64_t>(end, -1), size - 1);
  const at::Tensor index =
      start > end ? at::arange(start, end, step, at::TensorOptions().dtype(at::kLong))
                  : at::empty({0}, at::TensorOptions().dtype(at::kLong));
  return at::index_select(x, axis, index.to(x.device()));
}

Kernel Slice(NodeReader& node) {
  const bool from_attr = node.opset() < 10;
  node.RequireInputs(from_attr ? 1 : 3, from_attr ? 1 : 5);
  const auto starts_attr = node.Ints("starts"), ends_attr = node.Ints("ends"), axes_attr = node.Ints("axes");
  return [=](const Values& in, RunContext&) -> Values {
    const auto starts = from_attr ? starts_attr : ToInts(in[1]);
    const auto ends = from_attr ? ends_attr : ToInts(in[2]);
    auto axes = in.size() > 3 && in[3].defined() ? ToInts(in[3]) : axes_attr;
    const auto steps = in.size() > 4 && in[4].defined() ? ToInts(in[4]) : std::vector<int64_t>(starts.size(), 1);
    if (axes.empty()) {
      for (size_t i = 0; i < starts.size(); ++i) axes.push_back(static_cast<int64_t>(i));
    }
    if (ends.size() != starts.size() || axes.size() != starts.size() || steps.size() != starts.size()) {
      ThrowArgument("Slice needs as many starts as ends, axes and steps");
    }
    at::Tensor x = in[0];
    for (size_t i = 0; i < starts.size(); ++i) {
      // INT64_MIN as `end` of a backward slice means "to the front"; keep it from overflowing.
      const int64_t low = -(int64_t{1} << 40), end = std::max(ends[i], low), start = std::max(starts[i], low);
      x = SliceAxis(x, NormAxis(axes[i], x.dim()), start, end, steps[i]);
    }
    return {x};
  };
}

enum class PadMode { kConstant, kReflect, kEdge };

at::Tensor PadIndex(int64_t size, int64_t begin, int64_t end, PadMode mode) {
  std::vector<int64_t> index;
  for (int64_t i = -begin; i < size + end; ++i) {
    int64_t j = std::min(std::max<int64_t>(i, 0), size - 1);
    if (mode == PadMode::kReflect) {
      j = i < 0 ? -i : (i >= size ? 2 * (size - 1) - i : i);
      if (j < 0 || j >= size) ThrowArgument("reflect Pad wider than the input");
    }
    index.push_back(j);
  }
  return at::tensor(at::ArrayRef<int64_t>(index), at::TensorOptions().dtype(at::kLong));
}

Kernel Pad(NodeReader& node) {
  const std::string name = node.String("mode", "constant");
  PadMode mode = PadMode::kConstant;
  if (name == "reflect") mode = PadMode::kReflect;
  else if (name == "edge") mode = PadMode::kEdge;
  else if (name != "constant") node.Unsupported("mode = " + name);
  const bool from_attr = node.opset() < 11;
  node.RequireInputs(from_attr ? 1 : 2, from_attr ? 1 : 4);
  const auto pads_attr = node.Ints(node.Has("paddings") ? "paddings" : "pads");
  const double value_attr = node.Float("value", 0);
  return [=](const Values& in, RunContext&) -> Values {
    at::Tensor x = in[0];
    const auto pads = from_attr ? pads_attr : ToInts(in[1]);
    std::vector<int64_t> axes = in.size() > 3 && in[3].defined() ? ToInts(in[3]) : std::vector<int64_t>();
    if (axes.empty()) {
      for (int64_t d = 0; d < x.dim(); ++d) axes.push_back(d);
    }
    const size_t n = axes.size();
    if (pads.size() != 2 * n) ThrowArgument("Pad needs two numbers per axis");
    if (mode != PadMode::kConstant) {
      for (size_t i = 0; i < n; ++i) {
        if (pads[i] == 0 && pads[i + n] == 0) continue;
        const int64_t axis = NormAxis(axes[i], x.dim());
        x = at::index_select(x, axis, PadIndex(x.size(axis), pads[i], pads[i + n], mode).to(x.device()));
      }
      return {x};
    }
    const at::Scalar value =
        in.size() > 2 && in[2].defined() && in[2].numel() > 0 ? in[2].item() : at::Scalar(value_attr);
    std::vector<int64_t> flat(static_cast<size_t>(2 * x.dim()), 0);  // last dimension first
    for (size_t i = 0; i < n; ++i) {
      const auto from_last = static_cast<size_t>(x.dim() - 1 - NormAxis(axes[i], x.dim()));
      flat[2 * from_last] = pads[i];
      flat[2 * from_last + 1] = pads[i + n];
    }
    return {at::constant_pad_nd(x, flat, value)};
  };
}

Kernel DepthToSpace(NodeReader& node) {
  node.RequireInputs(1, 1);
  const int64_t b = node.Int("blocksize", 0);
  const std::string mode = node.String("mode", "DCR");
  if (b < 1) node.Unsupported("blocksize is absent");
  if (mode != "DCR" && mode != "CRD") node.Unsupported("mode = " + mode);
  return [b, dcr = mode == "DCR"](const Values& in, RunContext&) -> Values {
    const at::Tensor& x = in[0];
    const int64_t n = x.size(0), c = x.size(1) / (b * b), h = x.size(2), w = x.size(3);
    const at::Tensor y = dcr ? x.reshape({n, b, b, c, h, w}).permute({0, 3, 4, 1, 5, 2})
                             : x.reshape({n, c, b, b, h, w}).permute({0, 1, 4, 2, 5, 3});
    return {y.reshape({n, c, h * b, w * b})};
  };
}

Kernel SpaceToDepth(NodeReader& node) {
  node.RequireInputs(1, 1);
  const int64_t b = node.Int("blocksize", 0);
  if (b < 1) node.Unsupported("blocksize is absent");
  return [b](const Values& in, RunContext&) -> Values {
    const at::Tensor& x = in[0];
    const int64_t n = x.size(0), c = x.size(1), h = x.size(2) / b, w = x.size(3) / b;
    return {x.reshape({n, c, h, b, w, b}).permute({0, 3, 5, 1, 2, 4}).reshape({n, c * b * b, h, w})};
  };
}

}  // namespace

const std::vector<OpEntry>& LayoutOps() {
  static const std::vector<OpEntry> ops = {
      {"Transpose", Transpose}, {"Concat", Concat}, {"Split", Split, -1},
      {"Slice", Slice},         {"Pad", Pad},       {"DepthToSpace", DepthToSpace},
      {"SpaceToDepth", SpaceToDepth},
  };
  return ops;
}

}  // namespace saker::autograd
