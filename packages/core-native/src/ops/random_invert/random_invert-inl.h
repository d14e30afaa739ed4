// RandomInvert's step for Highway.
#if defined(SAKER_OPS_RANDOM_INVERT_RANDOM_INVERT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SAKER_OPS_RANDOM_INVERT_RANDOM_INVERT_INL_H_
#undef SAKER_OPS_RANDOM_INVERT_RANDOM_INVERT_INL_H_
#else
#define SAKER_OPS_RANDOM_INVERT_RANDOM_INVERT_INL_H_
#endif

#include "hwy/highway.h"
#include "ops/core/planar-inl.h"
#include "ops/random_invert/random_invert_steps.h"

HWY_BEFORE_NAMESPACE();
namespace saker {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

HWY_INLINE void PointwiseRow(const InvertStep&, const PlanarRow& row, int32_t width, int32_t) {
  const DF d;
  const VF top = hn::Set(d, 255.0f);
  ForPixels(row, width, [&](VF& r, VF& g, VF& b) HWY_ATTR {
    r = hn::Sub(top, r);
    g = hn::Sub(top, g);
    b = hn::Sub(top, b);
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace saker
HWY_AFTER_NAMESPACE();

#endif  // SAKER_OPS_RANDOM_INVERT_RANDOM_INVERT_INL_H_
