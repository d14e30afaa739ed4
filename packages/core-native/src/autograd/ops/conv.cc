// Conv and ConvTranspose, 1-D and 2-D. Asymmetric padding (TensorFlow's SAME) is an explicit zero pad before the convolution.
#include "autograd/ops/conv_winograd.h"
#include "autograd/ops/window.h"

namespace saker::autograd {
namespace {

Kernel Conv(NodeReader& node) {
  node.RequireInputs(2, 3);
  const Window window(node, false);
  const int64_t groups = node.Int("group", 1);
  return [window, groups](const Values& in, RunContext&) -> Values {
    at::Tensor x = in[0];
    const at::Tensor& w = in[1];
    const at::Tensor bias = in.size() > 2 ? in[2] : at::Tensor();
    const auto axes = window.Resolve(x, w.sizes().slice(2));
    std::vector<int64_t> stride, padding, dilation;
    std::vector<std::pair<int64_t, int64_t>> explicit_pads;
    for (const Axis& a : axes) {
      const int64_t both = std::min(a.begin, a.end);
      const bool symmetric = a.begin == a.end;
      padding.push_back(symmetric ? both : 0);
      explicit_pads.emplace_back(symmetric ? 0 : a.begin, symmetric ? 0 : a.end);
      stride.push_back(a.stride);
      dilation.push_back(a.dilation);
    }
    x = PadSpatial(x, explicit_pads, 0);
    const auto ones = [](const std::vector<int64_t>& list) { return list == std::vector<int64_t>{1, 1}; };
    if (groups == 1 && ones(stride) && ones(dilation)) {
      at::Tensor y = ConvWinograd(x, w, bias, padding[0], padding[1]);
      if (y.defined()) return {y};
    }
    return {at::convolution(x, w, bias, stride, padding, dilation, false,
                            std::vector<int64_t>(axes.size(), 0), groups)};
  };
}

// Output positions are those of the full transposed convolution from `begin` on, as many as the pads leave.
Kernel ConvTranspose(NodeReader& node) {
  node.RequireInputs(2, 3);
  const std::vector<int64_t> strides = node.Ints("strides"), dilations = node.Ints("dilations"),
                             pads = node.Ints("pads"), output_padding = node.Ints("output_padding");
  node.Ignore({"kernel_shape"});
  if (node.String("auto_pad", "NOTSET") != "NOTSET") node.Unsupported("auto_pad");
  if (node.Has("output_shape")) node.Unsupported("output_shape");
  for (int64_t v : pads) {
    if (v < 0) node.Unsupported("negative pads");
  }
  const int64_t groups = node.Int("group", 1);
  return [=](const Values& in, RunContext&) -> Values {
    const at::Tensor bias = in.size() > 2 ? in[2] : at::Tensor();
    const size_t n = static_cast<size_t>(in[1].dim()) - 2;
    const auto or_default = [n](const std::vector<int64_t>& list, int64_t value) {
      return list.empty() ? std::vector<int64_t>(n, value) : list;
    };
    const auto around = or_default(pads, 0);
    at::Tensor y = at::convolution(in[0], in[1], bias, or_default(strides, 1), std::vector<int64_t>(n, 0),
                                   or_default(dilations, 1), true, or_default(output_padding, 0), groups);
    for (size_t i = 0; i < n && !pads.empty(); ++i) {
      const int64_t axis = static_cast<int64_t>(i) + 2;
      const int64_t left = y.size(axis) - around[i] - around[i + n];
      if (left < 1) ThrowArgument("ConvTranspose's pads leave nothing");
      y = y.narrow(axis, around[i], left);
    }
    return {y};
  };
}

}  // namespace

const std::vector<OpEntry>& ConvOps() {
  static const std::vector<OpEntry> ops = {{"Conv", Conv}, {"ConvTranspose", ConvTranspose}};
  return ops;
}

}  // namespace saker::autograd
