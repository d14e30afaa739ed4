// The colour steps of the fused executor, for one SIMD target: planar f32 rows, three planes of
// which each stands padded to whole vectors.
#if defined(SAKER_PIPELINE_FUSED_STEPS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SAKER_PIPELINE_FUSED_STEPS_INL_H_
#undef SAKER_PIPELINE_FUSED_STEPS_INL_H_
#else
#define SAKER_PIPELINE_FUSED_STEPS_INL_H_
#endif

#include "hwy/highway.h"
#if HWY_TARGET != HWY_SCALAR

#include <array>
#include <cstring>

#include "ops/color_jitter/color_jitter-inl.h"
#include "ops/core/level_table-inl.h"
#include "ops/gaussian_blur/gaussian_blur-inl.h"
#include "ops/grayscale/grayscale-inl.h"
#include "ops/random_adjust_sharpness/random_adjust_sharpness-inl.h"
#include "ops/random_erasing/random_erasing.h"
#include "pipeline/step_state.h"

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
inline constexpr int kRows = kLanes / 4;

// ---- colour, on planar rows ----

struct PlanarRow {
  float* HWY_RESTRICT r;
  float* HWY_RESTRICT g;
  float* HWY_RESTRICT b;
};

HWY_INLINE void Deinterleave(const float* HWY_RESTRICT rgbx, int32_t width, const PlanarRow& row) {
  const DF d;
  for (int32_t x = 0; x < width; x += kLanes) {
    VF r, g, b, unused;
    hn::LoadInterleaved4(d, rgbx + static_cast<size_t>(x) * 4, r, g, b, unused);
    hn::Store(r, d, row.r + x);
    hn::Store(g, d, row.g + x);
    hn::Store(b, d, row.b + x);
  }
}

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

// One step on row `y`; `state` is the step's own. Not for steps that read neighbours.
HWY_INLINE void ColorRow(const ColorStep& step, const StepState& state, const PlanarRow& row,
                         int32_t width, int32_t y) {
  const DF d;
  const float factor = static_cast<float>(step.factor);
  const VF f = hn::Set(d, factor), g1 = hn::Set(d, 1.0f - factor);
  switch (step.kind) {
    case ColorStepKind::kBrightness:
    case ColorStepKind::kContrast: {
      const VF other = hn::Set(d, step.kind == ColorStepKind::kContrast ? state.mean : 0.0f);
      ForPixels(row, width, [&](VF& r, VF& g, VF& b) HWY_ATTR {
        r = Blend(d, r, other, f, g1);
        g = Blend(d, g, other, f, g1);
        b = Blend(d, b, other, f, g1);
      });
      break;
    }
    case ColorStepKind::kSaturation:
      ForPixels(row, width, [&](VF& r, VF& g, VF& b) HWY_ATTR {
        const VF luma = Luma(d, r, g, b);
        r = Blend(d, r, luma, f, g1);
        g = Blend(d, g, luma, f, g1);
        b = Blend(d, b, luma, f, g1);
      });
      break;
    case ColorStepKind::kHue: {
      const float turn = factor < 0 ? factor + 1.0f : factor;
      const VF turn6 = hn::Set(d, turn * 6.0f);
      ForPixels(row, width, [&](VF& r, VF& g, VF& b) HWY_ATTR { ShiftHue(d, r, g, b, turn6); });
      break;
    }
    case ColorStepKind::kGrayscale:
      ForPixels(row, width, [&](VF& r, VF& g, VF& b) HWY_ATTR { r = g = b = Luma(d, r, g, b); });
      break;
    case ColorStepKind::kInvert: {
      const VF top = hn::Set(d, 255.0f);
      ForPixels(row, width, [&](VF& r, VF& g, VF& b) HWY_ATTR {
        r = hn::Sub(top, r);
        g = hn::Sub(top, g);
        b = hn::Sub(top, b);
      });
      break;
    }
    case ColorStepKind::kPermute:
      ForPixels(row, width, [&](VF& r, VF& g, VF& b) HWY_ATTR {
        const VF in_r = r, in_g = g, in_b = b;
        const auto from = [&](int32_t c)
                              HWY_ATTR { return c == 0 ? in_r : (c == 1 ? in_g : in_b); };
        r = from(step.whole[0]);
        g = from(step.whole[1]);
        b = from(step.whole[2]);
      });
      break;
    case ColorStepKind::kPosterize:
    case ColorStepKind::kSolarize:
    case ColorStepKind::kGamma:
    case ColorStepKind::kAutocontrast:
    case ColorStepKind::kEqualize: {
      const auto& table = state.table.value;
      ForPixels(row, width, [&](VF& r, VF& g, VF& b) HWY_ATTR {
        r = MapLevel(d, table[0].data(), r);
        g = MapLevel(d, table[1].data(), g);
        b = MapLevel(d, table[2].data(), b);
      });
      break;
    }
    case ColorStepKind::kErase:
      if (y < step.box.y || y >= step.box.y + step.box.height) break;
      for (int32_t x = step.box.x; x < step.box.x + step.box.width; ++x) {
        const std::array<float, 3> value = ErasedPixel(step, x, y);
        row.r[x] = value[0];
        row.g[x] = value[1];
        row.b[x] = value[2];
      }
      break;
    case ColorStepKind::kSharpness:
    case ColorStepKind::kBlur:
      break;
  }
}

HWY_INLINE double LumaSum(const PlanarRow& row, int32_t width) {
  const DF d;
  VF sum = hn::Zero(d);
  int32_t x = 0;
  for (; x + kLanes <= width; x += kLanes) {
    sum = hn::Add(sum,
                  Luma(d, hn::Load(d, row.r + x), hn::Load(d, row.g + x), hn::Load(d, row.b + x)));
  }
  double total = hn::GetLane(hn::SumOfLanes(d, sum));
  for (; x < width; ++x) total += kLumaR * row.r[x] + kLumaG * row.g[x] + kLumaB * row.b[x];
  return total;
}

// ---- steps that need the whole picture ----

// The planar f32 picture: rows of three planes, each `plane` floats.
struct PlanarPicture {
  float* first;
  size_t plane;
  int32_t width, height;

  PlanarRow Row(int32_t y) const {
    float* at = first + static_cast<size_t>(y) * 3 * plane;
    return {at, at + plane, at + 2 * plane};
  }
};

// Counts the levels of one row.
HWY_INLINE void CountLevels(const PlanarRow& row, int32_t width, LevelHistogram* histogram) {
  const DF d;
  const hn::Rebind<int32_t, DF> di;
  const float* planes[3] = {row.r, row.g, row.b};
  HWY_ALIGN int32_t levels[kLanes];
  for (size_t c = 0; c < 3; ++c) {
    uint32_t* count = histogram->count[c].data();
    for (int32_t x = 0; x < width; x += kLanes) {
      hn::Store(LevelOf(d, hn::Load(d, planes[c] + x)), di, levels);
      const int32_t n = HWY_MIN(kLanes, width - x);
      for (int32_t i = 0; i < n; ++i) ++count[levels[i]];
    }
  }
}

// What a step does to each row as the steps before it leave it: gathers its statistics, or does the
// part that needs this row only.
HWY_INLINE void GatherRow(const ColorStep& step, const PlanarRow& row, int32_t width, float* line,
                          StepState* state) {
  const DF d;
  switch (step.kind) {
    case ColorStepKind::kContrast:
      state->luma_sum += LumaSum(row, width);
      break;
    case ColorStepKind::kAutocontrast:
    case ColorStepKind::kEqualize:
      CountLevels(row, width, &state->histogram);
      break;
    case ColorStepKind::kSharpness:
      ForPixels(row, width, [&](VF& r, VF& g, VF& b) HWY_ATTR {
        r = RoundToLevel(d, r);
        g = RoundToLevel(d, g);
        b = RoundToLevel(d, b);
      });
      break;
    case ColorStepKind::kBlur:
      if (step.whole[0] > 1) {
        for (float* at : {row.r, row.g, row.b})
          BlurAlongX(d, state->along[0].data(), step.whole[0], width, line, at);
      }
      break;
    default:
      break;
  }
}

// Row `y` of a step that reads neighbours, from a gathered picture to `out`.
HWY_INLINE void NeighbourRow(const ColorStep& step, const StepState& state, const PlanarPicture& in,
                             int32_t y, const PlanarRow& out) {
  const DF d;
  const int32_t width = in.width, height = in.height;
  float* to[3] = {out.r, out.g, out.b};
  for (size_t c = 0; c < 3; ++c) {
    const float* from = in.first + c * in.plane;
    const size_t stride = 3 * in.plane;
    if (step.kind == ColorStepKind::kBlur) {
      BlurAlongY(d, state.along[1].data(), step.whole[1], from, stride, y, height, width, to[c]);
      continue;
    }
    const float* row = from + static_cast<size_t>(y) * stride;
    if (y == 0 || y == height - 1 || width < 3) {
      std::memcpy(to[c], row, static_cast<size_t>(width) * sizeof(float));
      continue;
    }
    const float* rows[3] = {row - stride, row, row + stride};
    SharpenRow(d, rows, width, static_cast<float>(step.factor), to[c]);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace saker
HWY_AFTER_NAMESPACE();

#endif  // HWY_TARGET != HWY_SCALAR
#endif  // SAKER_PIPELINE_FUSED_STEPS_INL_H_
