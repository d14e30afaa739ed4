// GaussianNoise for CUDA. Formula: gaussian_noise.h. The logarithm and the sine are polynomials, so that
// a device and the host give the same bits (Moshier, Cephes, logf and sinf).
#ifndef SAKER_OPS_GAUSSIAN_NOISE_GAUSSIAN_NOISE_CUH_
#define SAKER_OPS_GAUSSIAN_NOISE_GAUSSIAN_NOISE_CUH_

#include <cstring>

#include "ops/core/device_pixel.cuh"
#include "ops/gaussian_noise/gaussian_noise_steps.h"

namespace saker {
namespace device {

// ln u of a normal u in (0, 1].
SAKER_DEVICE float LogOfUnit(float u) {
  int32_t bits;
  memcpy(&bits, &u, sizeof(bits));
  int32_t exponent = (bits >> 23) - 126;
  bits = (bits & 0x007fffff) | 0x3f000000;
  float m;  // in [1/2, 1), then around 0
  memcpy(&m, &bits, sizeof(m));
  if (m < 0.70710678f) {
    --exponent;
    m = m + m;
  }
  m -= 1.0f;
  float p = 7.0376836292e-2f;
  p = FusedMulAdd(p, m, -1.1514610310e-1f);
  p = FusedMulAdd(p, m, 1.1676998740e-1f);
  p = FusedMulAdd(p, m, -1.2420140846e-1f);
  p = FusedMulAdd(p, m, 1.4249322787e-1f);
  p = FusedMulAdd(p, m, -1.6668057665e-1f);
  p = FusedMulAdd(p, m, 2.0000714765e-1f);
  p = FusedMulAdd(p, m, -2.4999993993e-1f);
  p = FusedMulAdd(p, m, 3.3333331174e-1f);
  const float square = m * m, e = static_cast<float>(exponent);
  // ln 2 in two parts, the first exact in its products.
  const float low = FusedMulAdd(e, -2.12194440e-4f, p * m * square);
  return FusedMulAdd(e, 0.693359375f, m + FusedMulAdd(-0.5f, square, low));
}

struct Waves {
  float cos, sin;
};

// Of 2 pi t, t in [0, 1): by quadrants, the rest of which is exact.
SAKER_DEVICE Waves WavesOf(float t) {
  const float quadrant = floorf(FusedMulAdd(4.0f, t, 0.5f));
  const float x = (4.0f * t - quadrant) * 1.57079633f, z = x * x;
  float s = FusedMulAdd(-1.9515295891e-4f, z, 8.3321608736e-3f);
  s = FusedMulAdd(s, z, -1.6666654611e-1f);
  s = FusedMulAdd(s * z, x, x);
  float c = FusedMulAdd(2.443315711809948e-5f, z, -1.388731625493765e-3f);
  c = FusedMulAdd(c, z, 4.166664568298827e-2f);
  c = FusedMulAdd(c * z, z, FusedMulAdd(-0.5f, z, 1.0f));
  switch (static_cast<int32_t>(quadrant) & 3) {
    case 0:
      return {c, s};
    case 1:
      return {-s, c};
    case 2:
      return {-c, -s};
    default:
      return {s, -c};
  }
}

SAKER_DEVICE float RadiusOf(uint32_t word) {
  return sqrtf(fmaxf(-2.0f * LogOfUnit(PositiveUnitNoise(word)), 0.0f));
}

SAKER_DEVICE Pixel MapPixel(const NoiseStep& step, const Pixel& v, int32_t x, int32_t y) {
  const PhiloxBlock words = PixelNoise(step.noise, x, y);
  const float r0 = RadiusOf(words[0]), r1 = RadiusOf(words[2]);
  const Waves w0 = WavesOf(UnitNoise(words[1])), w1 = WavesOf(UnitNoise(words[3]));
  return {{Clamp255(v.c[0] + FusedMulAdd(step.sigma, r0 * w0.cos, step.mean)),
           Clamp255(v.c[1] + FusedMulAdd(step.sigma, r0 * w0.sin, step.mean)),
           Clamp255(v.c[2] + FusedMulAdd(step.sigma, r1 * w1.cos, step.mean))}};
}

}  // namespace device
}  // namespace saker

#endif  // SAKER_OPS_GAUSSIAN_NOISE_GAUSSIAN_NOISE_CUH_
