#include "autograd/ops/window.h"

#include <algorithm>

namespace saker::autograd {

int64_t Axis::end_for_out() const {
  return std::max<int64_t>(0, (out - 1) * stride + dilation * (kernel - 1) + 1 - in - begin);
}

Window::Window(NodeReader& node, bool pool) {
  kernel_ = node.Ints("kernel_shape");
  strides_ = node.Ints("strides");
  dilations_ = node.Ints("dilations");
  pads_ = node.Ints("pads");
  auto_pad_ = node.String("auto_pad", "NOTSET");
  if (pool) {
    if (kernel_.empty()) node.Unsupported("kernel_shape is absent");
    ceil_ = node.Int("ceil_mode", 0) != 0;
  }
  if (auto_pad_ != "NOTSET" && auto_pad_ != "SAME_UPPER" && auto_pad_ != "SAME_LOWER" && auto_pad_ != "VALID") {
    node.Unsupported("auto_pad = " + auto_pad_);
  }
  const size_t n = kernel_.size();
  if (n > 2) node.Unsupported(std::to_string(n) + " spatial dimensions");
  for (const auto* list : {&strides_, &dilations_}) {
    for (int64_t v : *list) {
      if (v < 1) node.Unsupported("a stride or dilation below 1");
    }
    if (n > 0 && !list->empty() && list->size() != n) node.Unsupported("strides or dilations of another rank");
  }
  for (int64_t v : pads_) {
    if (v < 0) node.Unsupported("negative pads");
  }
  if (n > 0 && !pads_.empty() && pads_.size() != 2 * n) node.Unsupported("pads of another rank");
}

std::vector<Axis> Window::Resolve(const at::Tensor& x, at::IntArrayRef kernel) const {
  const size_t n = kernel.size();
  if (x.dim() != static_cast<int64_t>(n) + 2) {
    ThrowArgument("input of rank " + std::to_string(x.dim()) + " for a window of rank " + std::to_string(n));
  }
  std::vector<Axis> axes(n);
  for (size_t i = 0; i < n; ++i) {
    Axis& a = axes[i];
    a.in = x.size(static_cast<int64_t>(i) + 2);
    a.kernel = kernel[i];
    a.stride = i < strides_.size() ? strides_[i] : 1;
    a.dilation = i < dilations_.size() ? dilations_[i] : 1;
    const int64_t extent = a.dilation * (a.kernel - 1) + 1;
    if (auto_pad_ == "SAME_UPPER" || auto_pad_ == "SAME_LOWER") {
      a.out = (a.in + a.stride - 1) / a.stride;
      const int64_t total = std::max<int64_t>(0, (a.out - 1) * a.stride + extent - a.in);
      a.begin = auto_pad_ == "SAME_UPPER" ? total / 2 : total - total / 2;
      a.end = total - a.begin;
      continue;
    }
    if (auto_pad_ == "NOTSET" && pads_.size() == 2 * n) {
      a.begin = pads_[i];
      a.end = pads_[i + n];
    }
    const int64_t room = a.in + a.begin + a.end - extent;
    if (room < 0) ThrowArgument("a window of " + std::to_string(extent) + " does not fit an input of " +
                                std::to_string(a.in));
    a.out = room / a.stride + 1;
    if (ceil_) {
      a.out = (room + a.stride - 1) / a.stride + 1;
      // A window must not start behind the input (ONNX MaxPool-22 text; ATen has the same rule).
      if ((a.out - 1) * a.stride >= a.in + a.begin) --a.out;
    }
  }
  return axes;
}

at::Tensor PadSpatial(const at::Tensor& x, const std::vector<std::pair<int64_t, int64_t>>& pads,
                      double value) {
  std::vector<int64_t> flat;  // ATen lists the last dimension first
  bool any = false;
  for (auto it = pads.rbegin(); it != pads.rend(); ++it) {
    flat.push_back(it->first);
    flat.push_back(it->second);
    any = any || it->first != 0 || it->second != 0;
  }
  return any ? at::constant_pad_nd(x, flat, value) : x;
}

}  // namespace saker::autograd
