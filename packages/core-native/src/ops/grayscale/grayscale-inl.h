// Luma for Highway: f32 RGB to L. Formula: grayscale.h.
#if defined(SAKER_OPS_GRAYSCALE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SAKER_OPS_GRAYSCALE_INL_H_
#undef SAKER_OPS_GRAYSCALE_INL_H_
#else
#define SAKER_OPS_GRAYSCALE_INL_H_
#endif

#include "hwy/highway.h"
#include "ops/core/color_step.h"

HWY_BEFORE_NAMESPACE();
namespace saker {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <class D, class V>
HWY_INLINE V Luma(D d, V r, V g, V b) {
  const V rg = hn::MulAdd(hn::Set(d, kLumaG), g, hn::Mul(hn::Set(d, kLumaR), r));
  return hn::MulAdd(hn::Set(d, kLumaB), b, rg);
}

}  // namespace HWY_NAMESPACE
}  // namespace saker
HWY_AFTER_NAMESPACE();

#endif  // SAKER_OPS_GRAYSCALE_INL_H_
