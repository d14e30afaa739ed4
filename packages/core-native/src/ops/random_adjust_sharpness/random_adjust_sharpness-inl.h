// RandomAdjustSharpness for Highway: one row of one channel. Formula: random_adjust_sharpness.h.
#if defined(SAKER_OPS_RANDOM_ADJUST_SHARPNESS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SAKER_OPS_RANDOM_ADJUST_SHARPNESS_INL_H_
#undef SAKER_OPS_RANDOM_ADJUST_SHARPNESS_INL_H_
#else
#define SAKER_OPS_RANDOM_ADJUST_SHARPNESS_INL_H_
#endif

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "hwy/highway.h"
#include "ops/core/level_table-inl.h"
#include "ops/core/planar-inl.h"
#include "ops/random_adjust_sharpness/random_adjust_sharpness_steps.h"

HWY_BEFORE_NAMESPACE();
namespace saker {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// `rows` hold whole levels: the row above, the row itself, the row below. Sums of levels are exact
// in f32, and sum / 13 never ends in .5, so the mean rounds as in exact arithmetic. The blend
// multiplies and adds apart, as Pillow's C does: its truncation would show a fused rounding.
template <class D>
HWY_INLINE void SharpenRow(D d, const float* const* rows, int32_t width, float factor,
                           float* HWY_RESTRICT out) {
  using V = hn::Vec<D>;
  const int32_t lanes = static_cast<int32_t>(hn::Lanes(d));
  const float* HWY_RESTRICT up = rows[0];
  const float* HWY_RESTRICT mid = rows[1];
  const float* HWY_RESTRICT down = rows[2];
  out[0] = mid[0];
  out[width - 1] = mid[width - 1];
  const V f = hn::Set(d, factor), top = hn::Set(d, 255.0f);
  const auto at = [&](int32_t x) HWY_ATTR {
    const V center = hn::LoadU(d, mid + x);
    V sum = hn::Add(hn::LoadU(d, up + x - 1), hn::LoadU(d, up + x));
    sum = hn::Add(sum, hn::LoadU(d, up + x + 1));
    sum = hn::Add(sum, hn::Add(hn::LoadU(d, mid + x - 1), hn::LoadU(d, mid + x + 1)));
    sum = hn::Add(sum, hn::Add(hn::LoadU(d, down + x - 1), hn::LoadU(d, down + x)));
    sum = hn::Add(sum, hn::LoadU(d, down + x + 1));
    sum = hn::MulAdd(center, hn::Set(d, 5.0f), sum);
    const V smooth = hn::Floor(hn::MulAdd(sum, hn::Set(d, 1.0f / 13), hn::Set(d, 0.5f)));
    const V mixed = hn::Add(smooth, hn::Mul(f, hn::Sub(center, smooth)));
    hn::StoreU(hn::Floor(hn::Min(hn::Max(mixed, hn::Zero(d)), top)), d, out + x);
  };
  int32_t x = 1;
  for (; x + lanes <= width - 1; x += lanes) at(x);
  if (x < width - 1 && width - 2 >= lanes) {
    at(width - 1 - lanes);
    return;
  }
  for (; x < width - 1; ++x) {
    const float sum = up[x - 1] + up[x] + up[x + 1] + mid[x - 1] + 5 * mid[x] + mid[x + 1] +
                      down[x - 1] + down[x] + down[x + 1];
    const float smooth = std::floor(sum * (1.0f / 13) + 0.5f);
    const float mixed = smooth + factor * (mid[x] - smooth);
    out[x] = std::floor(std::min(std::max(mixed, 0.0f), 255.0f));
  }
}

HWY_INLINE void PrepareRow(const SharpnessStep&, StepState*, const PlanarRow& row, int32_t width) {
  const DF d;
  ForPixels(row, width, [&](VF& r, VF& g, VF& b) HWY_ATTR {
    r = RoundToLevel(d, r);
    g = RoundToLevel(d, g);
    b = RoundToLevel(d, b);
  });
}

HWY_INLINE void NeighbourRow(const SharpnessStep& step, const StepState&, const PlanarPicture& in,
                             int32_t y, int32_t, const PlanarRow& out) {
  float* to[3] = {out.r, out.g, out.b};
  for (int c = 0; c < 3; ++c) {
    if (y == 0 || y == in.height - 1 || in.width < 3) {
      std::memcpy(to[c], in.Line(y, c), static_cast<size_t>(in.width) * sizeof(float));
      continue;
    }
    const float* rows[3] = {in.Line(y - 1, c), in.Line(y, c), in.Line(y + 1, c)};
    SharpenRow(DF(), rows, in.width, step.factor, to[c]);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace saker
HWY_AFTER_NAMESPACE();

#endif  // SAKER_OPS_RANDOM_ADJUST_SHARPNESS_INL_H_
