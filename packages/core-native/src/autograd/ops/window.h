// Where a sliding window lies: pads, strides, auto_pad and ceil_mode of Conv and the pools.
// Source: ONNX operator reference, Conv-11 / MaxPool-12 / AveragePool-19.
#ifndef SAKER_AUTOGRAD_OPS_WINDOW_H_
#define SAKER_AUTOGRAD_OPS_WINDOW_H_

#include <string>
#include <vector>

#include "autograd/ops/node_reader.h"

namespace saker::autograd {

struct Axis {
  int64_t in = 0, kernel = 0, stride = 1, dilation = 1;
  int64_t begin = 0, end = 0;  // padding of this run
  int64_t out = 0;
  // Padding behind the input that makes a floor-mode window give exactly `out` positions.
  int64_t end_for_out() const;
};

class Window {
 public:
  // Reads kernel_shape, strides, dilations, pads, auto_pad and, for pools, ceil_mode.
  Window(NodeReader& node, bool pool);
  // Spatial rank if the node tells it, else 0.
  size_t rank() const { return kernel_.size(); }
  const std::vector<int64_t>& kernel() const { return kernel_; }
  // Geometry for the spatial sizes of `x` (N,C,spatial...); `kernel` is used when kernel_shape was absent.
  std::vector<Axis> Resolve(const at::Tensor& x, at::IntArrayRef kernel) const;

 private:
  std::vector<int64_t> kernel_, strides_, dilations_, pads_;
  std::string auto_pad_;
  bool ceil_ = false;
};

// `x` padded by begin/end of each spatial axis with `value`; `x` itself when all are zero.
at::Tensor PadSpatial(const at::Tensor& x, const std::vector<std::pair<int64_t, int64_t>>& pads, double value);

}  // namespace saker::autograd

#endif  // SAKER_AUTOGRAD_OPS_WINDOW_H_
