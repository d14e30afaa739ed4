// PixelNoise: random words of a pixel as a pure function of a key that the planner draws and of the
// place, so that they do not depend on threads, order or device.
#ifndef SAKER_OPS_CORE_PIXEL_NOISE_H_
#define SAKER_OPS_CORE_PIXEL_NOISE_H_

#include <array>
#include <cstdint>

#include "ops/core/philox.h"

namespace saker {

// Drawn in PlanOp: {random->NextWord(), random->NextWord()}.
using NoiseKey = std::array<uint32_t, 2>;

// Four words for the pixel (x, y); `block` gives as many more as a step needs.
SAKER_HOST_DEVICE inline PhiloxBlock PixelNoise(const NoiseKey& key, int32_t x, int32_t y,
                                                uint32_t block = 0) {
  return Philox4x32({static_cast<uint32_t>(x), static_cast<uint32_t>(y), block, 0}, key[0], key[1]);
}

// Uniform on [0, 1), a multiple of 2^-24 (exact in f32).
SAKER_HOST_DEVICE inline float UnitNoise(uint32_t word) {
  return static_cast<float>(word >> 8) * (1.0f / 16777216.0f);
}

}  // namespace saker

#endif  // SAKER_OPS_CORE_PIXEL_NOISE_H_
