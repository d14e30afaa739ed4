// The end of a pass: one pixel to the output, in its dtype, layout and channel count.
#ifndef SAKER_PIPELINE_CUDA_STORE_CUH_
#define SAKER_PIPELINE_CUDA_STORE_CUH_

#include <cstdint>
#include <cstring>

#include "ops/core/device_pixel.cuh"
#include "pipeline/cuda/wave.h"

namespace saker {
namespace device {

SAKER_DEVICE uint32_t BitsOf(float v) {
  uint32_t bits;
  memcpy(&bits, &v, sizeof(bits));
  return bits;
}

// IEEE 754 binary16, round to nearest even; overflow gives infinity.
SAKER_DEVICE uint16_t HalfOf(float v) {
  const uint32_t all = BitsOf(v), sign = (all >> 16) & 0x8000u, x = all & 0x7fffffffu;
  if (x > 0x7f800000u) return static_cast<uint16_t>(sign | 0x7e00u);
  if (x >= 0x47800000u) return static_cast<uint16_t>(sign | 0x7c00u);
  if (x < 0x38800000u) {
    // Below 2^-14: adding 1/2 aligns the last bit of the sum with that of a binary16 subnormal.
    const uint32_t half = BitsOf((v < 0 ? -v : v) + 0.5f) - 0x3f000000u;
    return static_cast<uint16_t>(sign | half);
  }
  const uint32_t rounded = x - 0x38000000u + 0xfffu + ((x >> 13) & 1u);
  return static_cast<uint16_t>(sign | (rounded >> 13));
}

// bfloat16, round to nearest even.
SAKER_DEVICE uint16_t BfloatOf(float v) {
  const uint32_t x = BitsOf(v);
  if ((x & 0x7fffffffu) > 0x7f800000u) return static_cast<uint16_t>((x >> 16) | 0x40u);
  return static_cast<uint16_t>((x + 0x7fffu + ((x >> 16) & 1u)) >> 16);
}

SAKER_DEVICE void StoreValue(const DeviceItem& item, int64_t at, int channel, float v) {
  if (item.dtype == DeviceDtype::kU8) {
    static_cast<uint8_t*>(item.out)[at] = static_cast<uint8_t>(v + 0.5f);
    return;
  }
  const float scaled = FusedMulAdd(v, item.scale[channel], item.bias[channel]);
  if (item.dtype == DeviceDtype::kF32) {
    static_cast<float*>(item.out)[at] = scaled;
  } else {
    static_cast<uint16_t*>(item.out)[at] =
        item.dtype == DeviceDtype::kF16 ? HalfOf(scaled) : BfloatOf(scaled);
  }
}

// Pixel (x, y) of the finished picture; values of 0..255.
SAKER_DEVICE void StorePixel(const DeviceItem& item, int32_t x, int32_t y, const Pixel& v) {
  const int64_t pixel = static_cast<int64_t>(y) * item.out_width + x;
  if (item.out_channels == 1) {
    StoreValue(item, pixel, 0, Luma(v));
    return;
  }
  const int64_t area = static_cast<int64_t>(item.out_width) * item.out_height;
  SAKER_UNROLL
  for (int c = 0; c < 3; ++c)
    StoreValue(item, item.nchw ? c * area + pixel : pixel * 3 + c, c, v.c[c]);
}

// All values 0: the slot of an item that failed. One call for each of `threads` threads.
SAKER_DEVICE void StoreZeros(const DeviceItem& item, int64_t thread, int64_t threads) {
  for (int64_t i = thread; i < item.out_bytes; i += threads) static_cast<uint8_t*>(item.out)[i] = 0;
}

}  // namespace device
}  // namespace saker

#endif  // SAKER_PIPELINE_CUDA_STORE_CUH_
