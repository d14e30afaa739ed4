// Grayscale's step for Highway. Formula: grayscale.h.
#if defined(SAKER_OPS_GRAYSCALE_GRAYSCALE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SAKER_OPS_GRAYSCALE_GRAYSCALE_INL_H_
#undef SAKER_OPS_GRAYSCALE_GRAYSCALE_INL_H_
#else
#define SAKER_OPS_GRAYSCALE_GRAYSCALE_INL_H_
#endif

#include "hwy/highway.h"
#include "ops/core/planar-inl.h"
#include "ops/grayscale/grayscale_steps.h"

HWY_BEFORE_NAMESPACE();
namespace saker {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

HWY_INLINE void PointwiseRow(const GrayscaleStep&, const PlanarRow& row, int32_t width, int32_t) {
  const DF d;
  ForPixels(row, width, [&](VF& r, VF& g, VF& b) HWY_ATTR { r = g = b = Luma(d, r, g, b); });
}

}  // namespace HWY_NAMESPACE
}  // namespace saker
HWY_AFTER_NAMESPACE();

#endif  // SAKER_OPS_GRAYSCALE_GRAYSCALE_INL_H_
