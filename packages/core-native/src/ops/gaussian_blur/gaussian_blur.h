// GaussianBlur: separable, w_k = exp(-k^2 / (2 sigma^2)) normalised, sigma uniform in its range,
// the border reflected without repeating the edge (torchvision gaussian_blur). A picture smaller
// than the kernel, which torchvision refuses, is reflected as often as it takes. f32 in, f32 out:
// nothing is rounded. One word.
#ifndef SAKER_OPS_GAUSSIAN_BLUR_GAUSSIAN_BLUR_H_
#define SAKER_OPS_GAUSSIAN_BLUR_GAUSSIAN_BLUR_H_

#include <cmath>
#include <cstdint>
#include <vector>

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"

namespace saker {

inline Status PlanOp(const GaussianBlurParams& params, RandomStream* random, PlanBuilder* plan) {
  ColorStep step;
  step.kind = ColorStepKind::kBlur;
  step.factor = random->Uniform(params.sigma[0], params.sigma[1]);
  step.whole = {params.kernel_size[0], params.kernel_size[1], 0};
  return plan->Color(step);
}

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

// The pixel of [0, n) that stands at i after reflection at both ends.
inline int32_t ReflectedIndex(int32_t i, int32_t n) {
  if (n == 1) return 0;
  const int32_t period = 2 * (n - 1);
  const int32_t r = ((i % period) + period) % period;
  return r < n ? r : period - r;
}

}  // namespace saker

#endif  // SAKER_OPS_GAUSSIAN_BLUR_GAUSSIAN_BLUR_H_
