// Max pooling as a node of the autograd graph that keeps one byte for each value of the result, where ATen keeps eight.
#pragma once

#include <vector>

#include "autograd/ops/window.h"

namespace saker::autograd {

// The greatest elements of x [n, channels, h, w] in windows of two axes; undefined where the kernels do not take the
// operand: they want f32 on the CPU in channels-last memory. Equal to ATen's, NaN and ties included; deterministic for any
// number of threads.
at::Tensor MaxPool2d(const at::Tensor& x, const std::vector<Axis>& axes);

}  // namespace saker::autograd
