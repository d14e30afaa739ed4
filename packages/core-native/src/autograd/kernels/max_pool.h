// Max pooling over channels-last f32 pixels, forward and backward. Plain pointers; the autograd function around it is in
// ops/max_pool.h. The functions use libtorch's threads and give the same bits for any number of them.
#pragma once

#include <cstdint>

namespace saker::autograd {

// x and dx are [n, ih, iw, channels], y, dy and winners [n, oh, ow, channels]. Elements outside the picture do not count.
struct MaxPoolShape {
  int64_t n = 0, ih = 0, iw = 0, channels = 0, oh = 0, ow = 0;
  int64_t kh = 1, kw = 1, stride_h = 1, stride_w = 1, pad_h = 0, pad_w = 0, dilation_h = 1, dilation_w = 1;
};

// Whether no window has more than 256 elements, and each has one inside the picture.
bool MaxPoolTakes(const MaxPoolShape& shape);

// y: the greatest element of each window; winners: which of the kh * kw it is, the first among equals. As in ATen, NaN is
// greater than all else, and the last NaN wins.
void MaxPoolForward(float* y, uint8_t* winners, const float* x, const MaxPoolShape& shape);

// dx: the gradient of x.
void MaxPoolBackward(float* dx, const float* dy, const uint8_t* winners, const MaxPoolShape& shape);

}  // namespace saker::autograd
