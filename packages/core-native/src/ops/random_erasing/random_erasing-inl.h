// RandomErasing's step for Highway: scalar, a box is small.
#if defined(SAKER_OPS_RANDOM_ERASING_RANDOM_ERASING_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SAKER_OPS_RANDOM_ERASING_RANDOM_ERASING_INL_H_
#undef SAKER_OPS_RANDOM_ERASING_RANDOM_ERASING_INL_H_
#else
#define SAKER_OPS_RANDOM_ERASING_RANDOM_ERASING_INL_H_
#endif

#include "hwy/highway.h"
#include "ops/core/planar-inl.h"
#include "ops/random_erasing/random_erasing_steps.h"

HWY_BEFORE_NAMESPACE();
namespace saker {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

HWY_INLINE void PointwiseRow(const EraseStep& step, const PlanarRow& row, int32_t, int32_t y) {
  if (y < step.box.y || y >= step.box.y + step.box.height) return;
  for (int32_t x = step.box.x; x < step.box.x + step.box.width; ++x) {
    const std::array<float, 3> value = ErasedPixel(step, x, y);
    row.r[x] = value[0];
    row.g[x] = value[1];
    row.b[x] = value[2];
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace saker
HWY_AFTER_NAMESPACE();

#endif  // SAKER_OPS_RANDOM_ERASING_RANDOM_ERASING_INL_H_
