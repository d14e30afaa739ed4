// RandomErasing for CUDA. Formula: random_erasing.h.
#ifndef SAKER_OPS_RANDOM_ERASING_RANDOM_ERASING_CUH_
#define SAKER_OPS_RANDOM_ERASING_RANDOM_ERASING_CUH_

#include "ops/random_erasing/random_erasing_steps.h"
#include "ops/core/device_pixel.cuh"

namespace saker {
namespace device {

SAKER_DEVICE Pixel MapPixel(const EraseStep& step, const Pixel& v, int32_t x, int32_t y) {
  const bool inside = x >= step.box.x && x < step.box.x + step.box.width && y >= step.box.y &&
                      y < step.box.y + step.box.height;
  if (!inside) return v;
  const std::array<float, 3> value = ErasedPixel(step, x, y);
  return {{value[0], value[1], value[2]}};
}

}  // namespace device
}  // namespace saker

#endif  // SAKER_OPS_RANDOM_ERASING_RANDOM_ERASING_CUH_
