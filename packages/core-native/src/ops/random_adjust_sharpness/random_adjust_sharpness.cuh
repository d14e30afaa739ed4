// RandomAdjustSharpness for CUDA. Formula: random_adjust_sharpness.h.
#ifndef SAKER_OPS_RANDOM_ADJUST_SHARPNESS_RANDOM_ADJUST_SHARPNESS_CUH_
#define SAKER_OPS_RANDOM_ADJUST_SHARPNESS_RANDOM_ADJUST_SHARPNESS_CUH_

#include "ops/random_adjust_sharpness/random_adjust_sharpness_steps.h"
#include "ops/core/device_pixel.cuh"

namespace saker {
namespace device {

// Sums of levels are exact in f32, and sum / 13 never ends in .5, so the mean rounds as in exact
// arithmetic. The blend multiplies and adds apart, as Pillow: its truncation would show a fused
// rounding.
SAKER_DEVICE Pixel ReadPixel(const SharpnessStep& step, const Planes& in, int32_t x, int32_t y) {
  Pixel center = in.At(x, y);
  SAKER_UNROLL
  for (int c = 0; c < 3; ++c) center.c[c] = static_cast<float>(LevelOf(center.c[c]));
  if (x == 0 || y == 0 || x == in.width - 1 || y == in.height - 1) return center;
  Pixel sum = {{4 * center.c[0], 4 * center.c[1], 4 * center.c[2]}};
  for (int32_t dy = -1; dy <= 1; ++dy) {
    for (int32_t dx = -1; dx <= 1; ++dx) {
      const Pixel p = in.At(x + dx, y + dy);
      SAKER_UNROLL
      for (int c = 0; c < 3; ++c) sum.c[c] += static_cast<float>(LevelOf(p.c[c]));
    }
  }
  Pixel out;
  SAKER_UNROLL
  for (int c = 0; c < 3; ++c) {
    const float smooth = floorf(FusedMulAdd(sum.c[c], 1.0f / 13, 0.5f));
    const float change = step.factor * (center.c[c] - smooth);
    out.c[c] = floorf(Clamp255(smooth + change));
  }
  return out;
}

}  // namespace device
}  // namespace saker

#endif  // SAKER_OPS_RANDOM_ADJUST_SHARPNESS_RANDOM_ADJUST_SHARPNESS_CUH_
