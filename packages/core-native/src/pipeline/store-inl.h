// The store of the fused executor, for one SIMD target: planar f32 rows to the plan's dtype, layout
// and channels.
#if defined(SAKER_PIPELINE_STORE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SAKER_PIPELINE_STORE_INL_H_
#undef SAKER_PIPELINE_STORE_INL_H_
#else
#define SAKER_PIPELINE_STORE_INL_H_
#endif

#include <cstring>

#include "hwy/highway.h"
#include "ops/core/planar-inl.h"
#include "pipeline/half-inl.h"
#include "plan/plan.h"

HWY_BEFORE_NAMESPACE();
namespace saker {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// `count` values of one row from `from` (padded to kLanes) to `to`, scaled and biased, or rounded
// half up to u8. Writes exactly `count` values.
HWY_INLINE void StoreF32(const float* HWY_RESTRICT from, int32_t count, float scale, float bias,
                         float* HWY_RESTRICT to) {
  const DF d;
  const VF s = hn::Set(d, scale), b = hn::Set(d, bias);
  int32_t x = 0;
  for (; x + kLanes <= count; x += kLanes)
    hn::StoreU(hn::MulAdd(hn::Load(d, from + x), s, b), d, to + x);
  if (x < count) {
    HWY_ALIGN float tail[kLanes];
    hn::Store(hn::MulAdd(hn::Load(d, from + x), s, b), d, tail);
    std::memcpy(to + x, tail, static_cast<size_t>(count - x) * sizeof(float));
  }
}

HWY_INLINE void StoreU8(const float* HWY_RESTRICT from, int32_t count, uint8_t* HWY_RESTRICT to) {
  const DF d;
  const hn::Rebind<int32_t, DF> di;
  const hn::Rebind<uint8_t, DF> d8;
  const VF half = hn::Set(d, 0.5f);
  const auto rounded = [&](int32_t x) HWY_ATTR {
    return hn::DemoteTo(d8, hn::ConvertTo(di, hn::Add(hn::Load(d, from + x), half)));
  };
  int32_t x = 0;
  for (; x + kLanes <= count; x += kLanes) hn::StoreU(rounded(x), d8, to + x);
  if (x < count) {
    HWY_ALIGN uint8_t tail[64];
    hn::StoreU(rounded(x), d8, tail);
    std::memcpy(to + x, tail, static_cast<size_t>(count - x));
  }
}

// Planar rows to pixels of 3 values, in place of `rgb` (3 * width floats, padded), scaled and
// biased.
HWY_INLINE void InterleaveScaled(const SamplePlan& plan, const PlanarRow& row, int32_t width,
                                 float* HWY_RESTRICT rgb) {
  const DF d;
  const VF sr = hn::Set(d, plan.scale[0]), sg = hn::Set(d, plan.scale[1]),
           sb = hn::Set(d, plan.scale[2]);
  const VF br = hn::Set(d, plan.bias[0]), bg = hn::Set(d, plan.bias[1]),
           bb = hn::Set(d, plan.bias[2]);
  for (int32_t x = 0; x < width; x += kLanes) {
    hn::StoreInterleaved3(
        hn::MulAdd(hn::Load(d, row.r + x), sr, br), hn::MulAdd(hn::Load(d, row.g + x), sg, bg),
        hn::MulAdd(hn::Load(d, row.b + x), sb, bb), d, rgb + static_cast<size_t>(x) * 3);
  }
}

// `count` values from `from` (padded to kLanes), scaled and biased, to element `at` of the output.
inline void StoreValues(OutputDtype dtype, const float* from, int32_t count, float scale,
                        float bias, void* out, size_t at) {
  switch (dtype) {
    case OutputDtype::kU8:
      return StoreU8(from, count, static_cast<uint8_t*>(out) + at);
    case OutputDtype::kF32:
      return StoreF32(from, count, scale, bias, static_cast<float*>(out) + at);
    case OutputDtype::kF16:
    case OutputDtype::kBf16:
      return StoreHalves(DF(), from, count, scale, bias, dtype == OutputDtype::kBf16,
                         static_cast<uint16_t*>(out) + at);
  }
}

// Row `y` of the last picture to its place in the output. `interleaved` holds 3 padded rows.
inline void StoreRow(const SamplePlan& plan, const PlanarRow& row, float* interleaved, int32_t y,
                     void* out) {
  const int32_t width = plan.width();
  const size_t area = static_cast<size_t>(width) * static_cast<size_t>(plan.height());
  const size_t at = static_cast<size_t>(y) * static_cast<size_t>(width);
  if (plan.channels == 1) {
    const PlanarRow copy = row;
    const DF d;
    for (int32_t x = 0; x < width; x += kLanes) {
      hn::Store(Luma(d, hn::Load(d, copy.r + x), hn::Load(d, copy.g + x), hn::Load(d, copy.b + x)),
                d, interleaved + x);
    }
    StoreValues(plan.dtype, interleaved, width, plan.scale[0], plan.bias[0], out, at);
    return;
  }
  if (plan.layout == OutputLayout::kNchw) {
    const float* planes[3] = {row.r, row.g, row.b};
    for (size_t c = 0; c < 3; ++c)
      StoreValues(plan.dtype, planes[c], width, plan.scale[c], plan.bias[c], out, c * area + at);
    return;
  }
  InterleaveScaled(plan, row, width, interleaved);
  if (plan.dtype == OutputDtype::kF32) {
    std::memcpy(static_cast<float*>(out) + at * 3, interleaved,
                static_cast<size_t>(width) * 3 * sizeof(float));
  } else {
    // Scaled already. -0 as bias leaves every value as it is, -0 too.
    StoreValues(plan.dtype, interleaved, width * 3, 1, -0.0f, out, at * 3);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace saker
HWY_AFTER_NAMESPACE();

#endif  // SAKER_PIPELINE_STORE_INL_H_
