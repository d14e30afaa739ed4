// Grayscale for CUDA. Formula: grayscale.h.
#ifndef SAKER_OPS_GRAYSCALE_GRAYSCALE_CUH_
#define SAKER_OPS_GRAYSCALE_GRAYSCALE_CUH_

#include "ops/grayscale/grayscale_steps.h"
#include "ops/core/device_pixel.cuh"

namespace saker {
namespace device {

SAKER_DEVICE Pixel MapPixel(const GrayscaleStep&, const Pixel& v, int32_t, int32_t) {
  const float luma = Luma(v);
  return {{luma, luma, luma}};
}

}  // namespace device
}  // namespace saker

#endif  // SAKER_OPS_GRAYSCALE_GRAYSCALE_CUH_
