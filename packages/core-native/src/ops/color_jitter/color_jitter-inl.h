// ColorJitter's steps for Highway. Formulas: color_jitter.h.
#if defined(SAKER_OPS_COLOR_JITTER_COLOR_JITTER_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SAKER_OPS_COLOR_JITTER_COLOR_JITTER_INL_H_
#undef SAKER_OPS_COLOR_JITTER_COLOR_JITTER_INL_H_
#else
#define SAKER_OPS_COLOR_JITTER_COLOR_JITTER_INL_H_
#endif

#include "hwy/highway.h"
#include "ops/color_jitter/color_jitter_steps.h"
#include "ops/core/level_table-inl.h"
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

// trunc(z * 255) of z in [0, 1), as if the product were not rounded: z * 256 and its difference from
// a whole number below 2 are exact in f32, so one comparison tells whether rounding reached too high.
template <class D, class V>
HWY_INLINE V CutTo255(D d, V z) {
  const V z256 = hn::Mul(z, hn::Set(d, 256.0f)), one = hn::Set(d, 1.0f);
  const V whole = hn::Floor(hn::Sub(z256, z));
  return hn::Sub(whole, hn::IfThenElseZero(hn::Lt(hn::Sub(z256, whole), z), one));
}

// Turns the hue by `turn` levels (0..255) in Pillow's HSV of 8 bits a channel, for every colour the
// same levels as Pillow's mix of f32 and f64 gives. With x = (max - mid) / chroma, the hue in sixths
// is a whole number plus or minus x, rounded once, as Pillow's is. The way back is the closed form
// channel(n) = v - v s max(0, min(k, 4 - k, 1)), k = (n + h) mod 6, n = 5, 3, 1 for R, G, B, with k
// in units of 1/85 and v s k an integer below 2^24; it has no ties, and its distance from them is
// larger than what f32 adds.
template <class D, class V>
HWY_INLINE void ShiftHue(D d, V& red, V& green, V& blue, V turn) {
  const V zero = hn::Zero(d), one = hn::Set(d, 1.0f), three = hn::Set(d, 3.0f);
  const V r = RoundToLevel(d, red), g = RoundToLevel(d, green), b = RoundToLevel(d, blue);
  const V v = hn::Max(r, hn::Max(g, b)), low = hn::Min(r, hn::Min(g, b));
  const V chroma = hn::Sub(v, low);
  const V mid = hn::Sub(hn::Sub(hn::Add(r, hn::Add(g, b)), v), low);
  const V x = hn::Div(hn::Sub(v, mid), hn::Max(chroma, one));
  const auto r_top = hn::Eq(r, v), g_top = hn::Eq(g, v);
  const V of_r = hn::IfThenElse(hn::Ge(g, b), hn::Sub(one, x), hn::Sub(x, one));
  const V of_g = hn::IfThenElse(hn::Ge(r, b), hn::Add(one, x), hn::Sub(three, x));
  const V of_b = hn::IfThenElse(hn::Ge(g, r), hn::Add(three, x), hn::Sub(hn::Set(d, 5.0f), x));
  const V sixths = hn::IfThenElse(r_top, of_r, hn::IfThenElse(g_top, of_g, of_b));
  V hue = hn::Div(sixths, hn::Set(d, 6.0f));
  hue = hn::Add(hue, hn::IfThenElseZero(hn::Lt(sixths, zero), one));
  V h = hn::Add(CutTo255(d, hue), turn);
  h = hn::Sub(h, hn::IfThenElseZero(hn::Ge(h, hn::Set(d, 256.0f)), hn::Set(d, 256.0f)));
  // A share of 1 is 255: CutTo255 takes it too, as 256 - 255 is not below 1.
  const V s = CutTo255(d, hn::Div(chroma, hn::Max(v, one)));
  const V twice = hn::Add(h, h), unit = hn::Mul(hn::Mul(v, s), hn::Set(d, 1.0f / 21675.0f));
  const auto channel = [&](float n) HWY_ATTR {
    V k = hn::Add(twice, hn::Set(d, n * 85.0f));
    k = hn::Sub(k, hn::IfThenElseZero(hn::Ge(k, hn::Set(d, 510.0f)), hn::Set(d, 510.0f)));
    const V ramp = hn::Min(k, hn::Sub(hn::Set(d, 340.0f), k));
    const V clamped = hn::Max(zero, hn::Min(hn::Set(d, 85.0f), ramp));
    return hn::Sub(v, hn::Round(hn::Mul(unit, clamped)));
  };
  red = channel(5.0f);
  green = channel(3.0f);
  blue = channel(1.0f);
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
  const VF turn = hn::Set(d, static_cast<float>(step.levels));
  ForPixels(row, width, [&](VF& r, VF& g, VF& b) HWY_ATTR { ShiftHue(d, r, g, b, turn); });
}

}  // namespace HWY_NAMESPACE
}  // namespace saker
HWY_AFTER_NAMESPACE();

#endif  // SAKER_OPS_COLOR_JITTER_COLOR_JITTER_INL_H_
