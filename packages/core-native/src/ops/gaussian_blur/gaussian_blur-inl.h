// GaussianBlur for Highway: one row of one channel along x, one row along y. Formula:
// gaussian_blur.h.
#if defined(SAKER_OPS_GAUSSIAN_BLUR_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SAKER_OPS_GAUSSIAN_BLUR_INL_H_
#undef SAKER_OPS_GAUSSIAN_BLUR_INL_H_
#else
#define SAKER_OPS_GAUSSIAN_BLUR_INL_H_
#endif

#include <cstdint>
#include <cstring>

#include "hwy/highway.h"
#include "ops/core/planar-inl.h"
#include "ops/gaussian_blur/gaussian_blur_steps.h"

HWY_BEFORE_NAMESPACE();
namespace saker {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Blurs `row` (padded to whole vectors) in place. `line` holds the padded width + taps floats.
template <class D>
HWY_INLINE void BlurAlongX(D d, const float* HWY_RESTRICT weights, int32_t taps, int32_t width,
                           float* HWY_RESTRICT line, float* HWY_RESTRICT row) {
  const int32_t lanes = static_cast<int32_t>(hn::Lanes(d)), reach = taps / 2;
  for (int32_t i = 0; i < reach; ++i) {
    line[i] = row[ReflectedIndex(i - reach, width)];
    line[reach + width + i] = row[ReflectedIndex(width + i, width)];
  }
  std::memcpy(line + reach, row, static_cast<size_t>(width) * sizeof(float));
  for (int32_t x = 0; x < width; x += lanes) {
    auto sum = hn::Zero(d);
    for (int32_t k = 0; k < taps; ++k)
      sum = hn::MulAdd(hn::LoadU(d, line + x + k), hn::Set(d, weights[k]), sum);
    hn::Store(sum, d, row + x);
  }
}

// Row `y` of `height`: the weighted sum of the rows around it, which stand `stride` floats apart.
template <class D>
HWY_INLINE void BlurAlongY(D d, const float* HWY_RESTRICT weights, int32_t taps,
                           const float* HWY_RESTRICT first_row, size_t stride, int32_t y,
                           int32_t height, int32_t width, float* HWY_RESTRICT out) {
  const int32_t lanes = static_cast<int32_t>(hn::Lanes(d)), reach = taps / 2;
  for (int32_t k = 0; k < taps; ++k) {
    const int32_t from = ReflectedIndex(y + k - reach, height);
    const float* HWY_RESTRICT row = first_row + static_cast<size_t>(from) * stride;
    const auto w = hn::Set(d, weights[k]);
    for (int32_t x = 0; x < width; x += lanes) {
      const auto before = k == 0 ? hn::Zero(d) : hn::Load(d, out + x);
      auto sum = hn::MulAdd(hn::Load(d, row + x), w, before);
      if (k == taps - 1) sum = hn::Min(hn::Max(sum, hn::Zero(d)), hn::Set(d, 255.0f));
      hn::Store(sum, d, out + x);
    }
  }
}

HWY_INLINE void PrepareRow(const BlurStep& step, StepState* state, const PlanarRow& row,
                           int32_t width) {
  if (step.taps[0] == 1) return;
  for (float* at : {row.r, row.g, row.b}) {
    BlurAlongX(DF(), state->along[0].data(), step.taps[0], width, state->line.data(), at);
  }
}

HWY_INLINE void NeighbourRow(const BlurStep& step, const StepState& state, const PlanarPicture& in,
                             int32_t y, int32_t, const PlanarRow& out) {
  float* to[3] = {out.r, out.g, out.b};
  for (int c = 0; c < 3; ++c) {
    BlurAlongY(DF(), state.along[1].data(), step.taps[1], in.Line(0, c), 3 * in.plane, y, in.height,
               in.width, to[c]);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace saker
HWY_AFTER_NAMESPACE();

#endif  // SAKER_OPS_GAUSSIAN_BLUR_INL_H_
