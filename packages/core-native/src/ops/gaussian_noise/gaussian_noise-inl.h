// GaussianNoise's step for Highway: words one pixel after the other, the transform in vectors.
#if defined(SAKER_OPS_GAUSSIAN_NOISE_GAUSSIAN_NOISE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SAKER_OPS_GAUSSIAN_NOISE_GAUSSIAN_NOISE_INL_H_
#undef SAKER_OPS_GAUSSIAN_NOISE_GAUSSIAN_NOISE_INL_H_
#else
#define SAKER_OPS_GAUSSIAN_NOISE_GAUSSIAN_NOISE_INL_H_
#endif

#include "hwy/contrib/math/math-inl.h"
#include "hwy/highway.h"
#include "ops/core/planar-inl.h"
#include "ops/gaussian_noise/gaussian_noise_steps.h"

HWY_BEFORE_NAMESPACE();
namespace saker {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

HWY_INLINE void PointwiseRow(const NoiseStep& step, const PlanarRow& row, int32_t width,
                             int32_t y) {
  const DF d;
  const VF mean = hn::Set(d, step.mean), sigma = hn::Set(d, step.sigma);
  const VF minus_two = hn::Set(d, -2.0f), turn = hn::Set(d, 6.2831853f);
  HWY_ALIGN float unit[4][kLanes];
  for (int32_t x = 0; x < width; x += kLanes) {
    for (int32_t i = 0; i < kLanes; ++i) {
      const PhiloxBlock words = PixelNoise(step.noise, x + i, y);
      unit[0][i] = PositiveUnitNoise(words[0]);
      unit[1][i] = UnitNoise(words[1]);
      unit[2][i] = PositiveUnitNoise(words[2]);
      unit[3][i] = UnitNoise(words[3]);
    }
    const VF r0 = hn::Sqrt(hn::Mul(minus_two, hn::Log(d, hn::Load(d, unit[0]))));
    const VF r1 = hn::Sqrt(hn::Mul(minus_two, hn::Log(d, hn::Load(d, unit[2]))));
    const VF t0 = hn::Mul(turn, hn::Load(d, unit[1])), t1 = hn::Mul(turn, hn::Load(d, unit[3]));
    const auto add = [&](float* plane, VF r, VF wave) HWY_ATTR {
      const VF noise = hn::MulAdd(sigma, hn::Mul(r, wave), mean);
      hn::Store(Clamp255(d, hn::Add(hn::Load(d, plane + x), noise)), d, plane + x);
    };
    add(row.r, r0, hn::Cos(d, t0));
    add(row.g, r0, hn::Sin(d, t0));
    add(row.b, r1, hn::Cos(d, t1));
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace saker
HWY_AFTER_NAMESPACE();

#endif  // SAKER_OPS_GAUSSIAN_NOISE_GAUSSIAN_NOISE_INL_H_
