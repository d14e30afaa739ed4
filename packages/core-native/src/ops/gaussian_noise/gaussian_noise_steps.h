// Adds normal noise. Formula: gaussian_noise.h.
#ifndef SAKER_OPS_GAUSSIAN_NOISE_GAUSSIAN_NOISE_STEPS_H_
#define SAKER_OPS_GAUSSIAN_NOISE_GAUSSIAN_NOISE_STEPS_H_

#include "ops/core/pixel_noise.h"
#include "ops/core/pixel_step.h"

namespace saker {

struct NoiseStep {
  static constexpr StepKind kKind = StepKind::kNoise;
  static constexpr const char* kName = "noise";
  static constexpr PassKind kPass = PassKind::kPlaced;

  float mean = 0;   // levels
  float sigma = 0;  // levels
  NoiseKey noise{};

  template <class V>
  void VisitFields(V&& visit) const {
    visit("mean", mean);
    visit("sigma", sigma);
  }
};

// Uniform on (0, 1], a multiple of 2^-24: what a logarithm takes.
SAKER_HOST_DEVICE inline float PositiveUnitNoise(uint32_t word) {
  return static_cast<float>((word >> 8) + 1) * (1.0f / 16777216.0f);
}

}  // namespace saker

#endif  // SAKER_OPS_GAUSSIAN_NOISE_GAUSSIAN_NOISE_STEPS_H_
