// RandomAutocontrast for CUDA. Formula: random_autocontrast.h.
#ifndef SAKER_OPS_RANDOM_AUTOCONTRAST_RANDOM_AUTOCONTRAST_CUH_
#define SAKER_OPS_RANDOM_AUTOCONTRAST_RANDOM_AUTOCONTRAST_CUH_

#include "ops/random_autocontrast/random_autocontrast_steps.h"
#include "ops/core/device_pixel.cuh"

namespace saker {
namespace device {

// In double and in the order of FillTable, so that truncation agrees.
SAKER_DEVICE void FinishTable(const AutocontrastStep&, const unsigned int* count, float* table) {
  int lo = 0, hi = 255;
  while (lo < 255 && count[lo] == 0) ++lo;
  while (hi > 0 && count[hi] == 0) --hi;
  const double scale = hi > lo ? 255.0 / (hi - lo) : 1.0;
  const double offset = hi > lo ? -lo * scale : 0.0;
  for (int i = 0; i < 256; ++i) {
    const double stretched = i * scale;
    const int level = static_cast<int>(stretched + offset);
    table[i] = static_cast<float>(level < 0 ? 0 : (level > 255 ? 255 : level));
  }
}

}  // namespace device
}  // namespace saker

#endif  // SAKER_OPS_RANDOM_AUTOCONTRAST_RANDOM_AUTOCONTRAST_CUH_
