// 3x3 convolutions in Winograd's form as one node of the autograd graph.
#pragma once

#include "autograd/ops/node_reader.h"

namespace saker::autograd {

// at::convolution(x, w, bias) with stride 1 and these paddings, where Winograd's kernels take the operands and are faster;
// else undefined: f32 on the CPU in channels-last memory, no dilation, one group. `bias` may be undefined. Deterministic for
// any number of threads.
at::Tensor ConvWinograd(const at::Tensor& x, const at::Tensor& w, const at::Tensor& bias, int64_t pad_h, int64_t pad_w);

}  // namespace saker::autograd
