// Convolutions of 3x3 with stride 1 over channels-last f32 pixels by Winograd's minimal filtering F(2x2, 3x3) (Lavin and
// Gray, "Fast Algorithms for Convolutional Neural Networks", 2016): 16 products in place of 36, for the forward pass and
// both gradients. Plain pointers; the autograd function around it is in ops/conv_winograd.h.
//
// Memory: x and dx are [n, ih, iw, ic], y and dy [n, oh, ow, oc], w and dw [oc, 3, 3, ic], row-major (PyTorch's
// channels-last). The transforms multiply by 0, 1, -1 and 1/2 alone, so results stay within a few roundings of the direct sums.
// The functions use libtorch's threads and give the same bits for any number of them.
#pragma once

#include <cstdint>

namespace saker::autograd {

struct WinogradShape {
  int64_t n = 0, ih = 0, iw = 0, ic = 0, oc = 0;
  int64_t pad_h = 0, pad_w = 0;  // on each side, at most 2
  int64_t oh() const { return ih + 2 * pad_h - 2; }
  int64_t ow() const { return iw + 2 * pad_w - 2; }
};

// Whether the kernels take this shape: channels in multiples of 16.
bool WinogradTakes(const WinogradShape& shape);

// For which passes they are faster than oneDNN's direct convolution, as measured with AVX-512 and AVX2 (docs/design/0014).
struct WinogradPasses {
  bool forward = false, data = false, weights = false;
};
WinogradPasses WinogradPays(const WinogradShape& shape);

// y = bias + the correlation of x with w. `bias` [oc] may be null.
void WinogradForward(float* y, const float* x, const float* w, const float* bias, const WinogradShape& shape);

// dx: the gradient of x, given dy.
void WinogradBackwardData(float* dx, const float* dy, const float* w, const WinogradShape& shape);

// dw: the gradient of w.
void WinogradBackwardWeights(float* dw, const float* dy, const float* x, const WinogradShape& shape);

}  // namespace saker::autograd
