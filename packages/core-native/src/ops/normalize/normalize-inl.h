// Normalize for Highway: one multiply-add with the plan's folded scale and bias. Formula:
// normalize.h.
#if defined(SAKER_OPS_NORMALIZE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SAKER_OPS_NORMALIZE_INL_H_
#undef SAKER_OPS_NORMALIZE_INL_H_
#else
#define SAKER_OPS_NORMALIZE_INL_H_
#endif

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace saker {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <class V>
HWY_INLINE V ScaleBias(V value, V scale, V bias) {
  return hn::MulAdd(value, scale, bias);
}

}  // namespace HWY_NAMESPACE
}  // namespace saker
HWY_AFTER_NAMESPACE();

#endif  // SAKER_OPS_NORMALIZE_INL_H_
