// Conv, 1-D and 2-D. Asymmetric padding (TensorFlow's SAME) is an explicit zero pad before the convolution.
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
    return {at::convolution(x, w, bias, stride, padding, dilation, false,
                            std::vector<int64_t>(axes.size(), 0), groups)};
  };
}

}  // namespace

const std::vector<OpEntry>& ConvOps() {
  static const std::vector<OpEntry> ops = {{"Conv", Conv}};
  return ops;
}

}  // namespace saker::autograd
