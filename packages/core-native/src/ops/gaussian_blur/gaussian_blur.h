// GaussianBlur: separable, w_k = exp(-k^2 / (2 sigma^2)) normalised, sigma uniform in its range,
// the border reflected without repeating the edge (torchvision gaussian_blur). A picture smaller
// than the kernel, which torchvision refuses, is reflected as often as it takes. f32 in, f32 out:
// nothing is rounded. One word.
#ifndef SAKER_OPS_GAUSSIAN_BLUR_GAUSSIAN_BLUR_H_
#define SAKER_OPS_GAUSSIAN_BLUR_GAUSSIAN_BLUR_H_

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"
#include "ops/gaussian_blur/gaussian_blur_steps.h"

namespace saker {

inline Status CheckOp(const GaussianBlurParams&, ProgramWalk* walk) {
  return walk->AddSteps("GaussianBlur", 1, PassKind::kNeighbours);
}

inline Status PlanOp(const GaussianBlurParams& params, RandomStream* random, PlanBuilder* plan) {
  return plan->Add(
      BlurStep{random->Uniform(params.sigma[0], params.sigma[1]), params.kernel_size});
}

}  // namespace saker

#endif  // SAKER_OPS_GAUSSIAN_BLUR_GAUSSIAN_BLUR_H_
