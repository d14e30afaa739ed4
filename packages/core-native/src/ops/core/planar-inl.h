// Planar f32 rows for Highway: vector type, loops over pixels, luma.
#if defined(SAKER_OPS_CORE_PLANAR_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SAKER_OPS_CORE_PLANAR_INL_H_
#undef SAKER_OPS_CORE_PLANAR_INL_H_
#else
#define SAKER_OPS_CORE_PLANAR_INL_H_
#endif

#include "hwy/highway.h"
#include "ops/core/luma.h"
#include "ops/core/planar_picture.h"

HWY_BEFORE_NAMESPACE();
namespace saker {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_HAVE_SCALABLE
using DF = hn::FixedTag<float, 4>;
#else
using DF = hn::CappedTag<float, 16>;
#endif
using VF = hn::Vec<DF>;
inline constexpr int kLanes = static_cast<int>(hn::MaxLanes(DF()));

HWY_INLINE VF Clamp255(DF d, VF v) { return hn::Min(hn::Max(v, hn::Zero(d)), hn::Set(d, 255.0f)); }

template <class D, class V>
HWY_INLINE V Luma(D d, V r, V g, V b) {
  const V rg = hn::MulAdd(hn::Set(d, kLumaG), g, hn::Mul(hn::Set(d, kLumaR), r));
  return hn::MulAdd(hn::Set(d, kLumaB), b, rg);
}

// functor(VF& r, VF& g, VF& b) HWY_ATTR on all pixels of a row, in place; also on the padding.
template <class F>
HWY_INLINE void ForPixels(const PlanarRow& row, int32_t width, F&& functor) {
  const DF d;
  for (int32_t x = 0; x < width; x += kLanes) {
    VF r = hn::Load(d, row.r + x), g = hn::Load(d, row.g + x), b = hn::Load(d, row.b + x);
    functor(r, g, b);
    hn::Store(r, d, row.r + x);
    hn::Store(g, d, row.g + x);
    hn::Store(b, d, row.b + x);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace saker
HWY_AFTER_NAMESPACE();

#endif  // SAKER_OPS_CORE_PLANAR_INL_H_
