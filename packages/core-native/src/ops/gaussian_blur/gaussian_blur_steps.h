// Separable Gaussian. Formula: gaussian_blur.h.
#ifndef SAKER_OPS_GAUSSIAN_BLUR_GAUSSIAN_BLUR_STEPS_H_
#define SAKER_OPS_GAUSSIAN_BLUR_GAUSSIAN_BLUR_STEPS_H_

#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "ops/core/pixel_step.h"
#include "ops/core/planar_picture.h"
#include "ops/core/step_state.h"

namespace saker {

struct BlurStep {
  static constexpr StepKind kKind = StepKind::kBlur;
  static constexpr const char* kName = "blur";
  static constexpr PassKind kPass = PassKind::kNeighbours;

  double sigma = 1;
  std::array<int32_t, 2> taps{{1, 1}};  // along x and y, odd

  template <class V>
  void VisitFields(V&& visit) const {
    visit("factor", sigma);
    visit("kernelSize", taps);
  }
};

// Weights of `taps` (odd) pixels around the centre; their sum is 1.
inline void GaussianWeights(int32_t taps, double sigma, std::vector<float>* weights) {
  const int32_t reach = taps / 2;
  double sum = 0;
  for (int32_t k = -reach; k <= reach; ++k) sum += std::exp(-0.5 * (k / sigma) * (k / sigma));
  weights->clear();
  for (int32_t k = -reach; k <= reach; ++k) {
    weights->push_back(static_cast<float>(std::exp(-0.5 * (k / sigma) * (k / sigma)) / sum));
  }
}

// For CUDA, which runs a blur as a separable filter.
inline void SeparableWeights(const BlurStep& step, int axis, std::vector<float>* weights) {
  GaussianWeights(step.taps[static_cast<size_t>(axis)], step.sigma, weights);
}

// The pixel of [0, n) that stands at i after reflection at both ends.
inline int32_t ReflectedIndex(int32_t i, int32_t n) {
  if (n == 1) return 0;
  const int32_t period = 2 * (n - 1);
  const int32_t r = ((i % period) + period) % period;
  return r < n ? r : period - r;
}

inline void Prepare(const BlurStep& step, int32_t width, StepState* state) {
  for (size_t axis = 0; axis < 2; ++axis)
    GaussianWeights(step.taps[axis], step.sigma, &state->along[axis]);
  state->line.resize(PaddedWidth(width) + static_cast<size_t>(step.taps[0]));
}

}  // namespace saker

#endif  // SAKER_OPS_GAUSSIAN_BLUR_GAUSSIAN_BLUR_STEPS_H_
