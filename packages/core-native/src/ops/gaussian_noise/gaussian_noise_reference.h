// GaussianNoise's step for the reference executor.
#ifndef SAKER_OPS_GAUSSIAN_NOISE_GAUSSIAN_NOISE_REFERENCE_H_
#define SAKER_OPS_GAUSSIAN_NOISE_GAUSSIAN_NOISE_REFERENCE_H_

#include <cmath>

#include "ops/core/reference_picture.h"
#include "ops/gaussian_noise/gaussian_noise_steps.h"

namespace saker {

inline void ReferenceStep(const NoiseStep& step, ReferencePicture* picture) {
  constexpr double kTurn = 6.283185307179586;
  for (int y = 0; y < picture->height; ++y) {
    for (int x = 0; x < picture->width; ++x) {
      const PhiloxBlock w = PixelNoise(step.noise, x, y);
      const double r0 = std::sqrt(-2 * std::log(static_cast<double>(PositiveUnitNoise(w[0]))));
      const double r1 = std::sqrt(-2 * std::log(static_cast<double>(PositiveUnitNoise(w[2]))));
      const double t0 = kTurn * UnitNoise(w[1]), t1 = kTurn * UnitNoise(w[3]);
      Rgb& p = picture->at(y, x);
      p = Clamp255(Rgb{p.r + step.mean + step.sigma * r0 * std::cos(t0),
                       p.g + step.mean + step.sigma * r0 * std::sin(t0),
                       p.b + step.mean + step.sigma * r1 * std::cos(t1)});
    }
  }
}

}  // namespace saker

#endif  // SAKER_OPS_GAUSSIAN_NOISE_GAUSSIAN_NOISE_REFERENCE_H_
