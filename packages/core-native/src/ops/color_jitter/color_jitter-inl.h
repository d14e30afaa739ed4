// ColorJitter's steps for Highway. Formulas: color_jitter.h.
#if defined(SAKER_OPS_COLOR_JITTER_COLOR_JITTER_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SAKER_OPS_COLOR_JITTER_COLOR_JITTER_INL_H_
#undef SAKER_OPS_COLOR_JITTER_COLOR_JITTER_INL_H_
#else
#define SAKER_OPS_COLOR_JITTER_COLOR_JITTER_INL_H_
#endif

#include "hwy/highway.h"
#include "ops/color_jitter/color_jitter_steps.h"
#include "ops/core/planar-inl.h"
#include "ops/core/step_state.h"

HWY_BEFORE_NAMESPACE();
namespace saker {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// clamp(f * a + (1 - f) * b)
template <class D, class V>
HWY_INLINE V Blend(D d, V a, V b, V f, V one_minus_f) {
  const V mixed = hn::MulAdd(f, a, hn::Mul(one_minus_f, b));
  return hn::Min(hn::Max(mixed, hn::Zero(d)), hn::Set(d, 255.0f));
}

// Turns the hue by `turn6` sixths of the circle, in [0, 6). The way back is the closed form
// channel(n) = v - chroma * max(0, min(k, 4 - k, 1)), k = (n + h) mod 6, n = 5, 3, 1 for R, G, B.
template <class D, class V>
HWY_INLINE void ShiftHue(D d, V& r, V& g, V& b, V turn6) {
  const V zero = hn::Zero(d), one = hn::Set(d, 1.0f), four = hn::Set(d, 4.0f),
          six = hn::Set(d, 6.0f);
  const V v = hn::Max(r, hn::Max(g, b));
  const V chroma = hn::Sub(v, hn::Min(r, hn::Min(g, b)));
  // Grey has no hue; dividing by 1 keeps its 0.
  const V divisor = hn::IfThenElse(hn::Eq(chroma, zero), one, chroma);
  const V of_r = hn::Div(hn::Sub(g, b), divisor);
  const V of_g = hn::Add(hn::Set(d, 2.0f), hn::Div(hn::Sub(b, r), divisor));
  const V of_b = hn::Add(four, hn::Div(hn::Sub(r, g), divisor));
  V h = hn::IfThenElse(hn::Eq(r, v), of_r, hn::IfThenElse(hn::Eq(g, v), of_g, of_b));
  // of_r starts at -1, the turn ends below 6: one step down or up brings h into [0, 6).
  h = hn::Add(h, turn6);
  h = hn::Sub(h, hn::IfThenElseZero(hn::Ge(h, six), six));
  h = hn::Add(h, hn::IfThenElseZero(hn::Lt(h, zero), six));
  const auto channel = [&](float n) HWY_ATTR {
    V k = hn::Add(h, hn::Set(d, n));
    k = hn::Sub(k, hn::IfThenElseZero(hn::Ge(k, six), six));
    const V ramp = hn::Max(zero, hn::Min(one, hn::Min(k, hn::Sub(four, k))));
    return hn::Max(zero, hn::NegMulAdd(chroma, ramp, v));
  };
  r = channel(5.0f);
  g = channel(3.0f);
  b = channel(1.0f);
}

HWY_INLINE void PointwiseRow(const BrightnessStep& step, const PlanarRow& row, int32_t width,
                             int32_t) {
  const DF d;
  const VF f = hn::Set(d, step.factor), g1 = hn::Set(d, 1.0f - step.factor), zero = hn::Zero(d);
  ForPixels(row, width, [&](VF& r, VF& g, VF& b) HWY_ATTR {
    r = Blend(d, r, zero, f, g1);
    g = Blend(d, g, zero, f, g1);
    b = Blend(d, b, zero, f, g1);
  });
}

// Sum 0: the luma.
HWY_INLINE void GatherRow(const ContrastStep&, const PlanarRow& row, int32_t width,
                          StepSums* sums) {
  const DF d;
  VF sum = hn::Zero(d);
  int32_t x = 0;
  for (; x + kLanes <= width; x += kLanes) {
    sum = hn::Add(sum,
                  Luma(d, hn::Load(d, row.r + x), hn::Load(d, row.g + x), hn::Load(d, row.b + x)));
  }
  double total = hn::GetLane(hn::SumOfLanes(d, sum));
  for (; x < width; ++x) total += kLumaR * row.r[x] + kLumaG * row.g[x] + kLumaB * row.b[x];
  sums->sum[0] += total;
}

HWY_INLINE void PointwiseRow(const ContrastStep& step, const StepSums& sums, const PlanarRow& row,
                             int32_t width, int32_t) {
  const DF d;
  const VF mean = hn::Set(d, static_cast<float>(sums.sum[0] / sums.pixels));
  const VF f = hn::Set(d, step.factor), g1 = hn::Set(d, 1.0f - step.factor);
  ForPixels(row, width, [&](VF& r, VF& g, VF& b) HWY_ATTR {
    r = Blend(d, r, mean, f, g1);
    g = Blend(d, g, mean, f, g1);
    b = Blend(d, b, mean, f, g1);
  });
}

HWY_INLINE void PointwiseRow(const SaturationStep& step, const PlanarRow& row, int32_t width,
                             int32_t) {
  const DF d;
  const VF f = hn::Set(d, step.factor), g1 = hn::Set(d, 1.0f - step.factor);
  ForPixels(row, width, [&](VF& r, VF& g, VF& b) HWY_ATTR {
    const VF luma = Luma(d, r, g, b);
    r = Blend(d, r, luma, f, g1);
    g = Blend(d, g, luma, f, g1);
    b = Blend(d, b, luma, f, g1);
  });
}

HWY_INLINE void PointwiseRow(const HueStep& step, const PlanarRow& row, int32_t width, int32_t) {
  const DF d;
  const float turn = step.factor < 0 ? step.factor + 1.0f : step.factor;
  const VF turn6 = hn::Set(d, turn * 6.0f);
  ForPixels(row, width, [&](VF& r, VF& g, VF& b) HWY_ATTR { ShiftHue(d, r, g, b, turn6); });
}

}  // namespace HWY_NAMESPACE
}  // namespace saker
HWY_AFTER_NAMESPACE();

#endif  // SAKER_OPS_COLOR_JITTER_COLOR_JITTER_INL_H_
