// RandomEqualize for CUDA. Formula: random_equalize.h.
#ifndef SAKER_OPS_RANDOM_EQUALIZE_RANDOM_EQUALIZE_CUH_
#define SAKER_OPS_RANDOM_EQUALIZE_RANDOM_EQUALIZE_CUH_

#include "ops/random_equalize/random_equalize_steps.h"
#include "ops/core/device_pixel.cuh"

namespace saker {
namespace device {

SAKER_DEVICE void FinishTable(const EqualizeStep&, const unsigned int* count, float* table) {
  int64_t total = 0, highest = 0;
  for (int i = 0; i < 256; ++i) {
    total += count[i];
    if (count[i] > 0) highest = count[i];
  }
  const int64_t step = (total - highest) / 255;
  int64_t below = step / 2;
  for (int i = 0; i < 256; ++i) {
    // Too few pixels to spread: Pillow leaves the channel alone.
    const int64_t level = step == 0 ? i : below / step;
    table[i] = static_cast<float>(level < 255 ? level : 255);
    below += count[i];
  }
}

}  // namespace device
}  // namespace saker

#endif  // SAKER_OPS_RANDOM_EQUALIZE_RANDOM_EQUALIZE_CUH_
