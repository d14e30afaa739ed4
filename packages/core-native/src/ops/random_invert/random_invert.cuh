// RandomInvert for CUDA. Formula: random_invert.h.
#ifndef SAKER_OPS_RANDOM_INVERT_RANDOM_INVERT_CUH_
#define SAKER_OPS_RANDOM_INVERT_RANDOM_INVERT_CUH_

#include "ops/random_invert/random_invert_steps.h"
#include "ops/core/device_pixel.cuh"

namespace saker {
namespace device {

SAKER_DEVICE Pixel MapPixel(const InvertStep&, const Pixel& v, int32_t, int32_t) {
  return {{255.0f - v.c[0], 255.0f - v.c[1], 255.0f - v.c[2]}};
}

}  // namespace device
}  // namespace saker

#endif  // SAKER_OPS_RANDOM_INVERT_RANDOM_INVERT_CUH_
