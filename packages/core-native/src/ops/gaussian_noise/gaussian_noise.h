// GaussianNoise (torchvision v2): out = clamp(in + mean + sigma z), mean and sigma of pictures scaled
// to 0..1. The z of a pixel come from its four Philox words by Box and Muller (1958, "A note on the
// generation of random normal deviates"): with u = PositiveUnitNoise and t = 2 pi UnitNoise,
//   R: sqrt(-2 ln u(w0)) cos t(w1)   G: sqrt(-2 ln u(w0)) sin t(w1)   B: sqrt(-2 ln u(w2)) cos t(w3)
// 2 words: the noise key.
#ifndef SAKER_OPS_GAUSSIAN_NOISE_GAUSSIAN_NOISE_H_
#define SAKER_OPS_GAUSSIAN_NOISE_GAUSSIAN_NOISE_H_

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"
#include "ops/gaussian_noise/gaussian_noise_steps.h"

namespace saker {

inline Status CheckOp(const GaussianNoiseParams& params, ProgramWalk* walk) {
  if (!params.clip) {
    return Status(ErrorCode::kPipelineUnsupported,
                  "GaussianNoise with clip false: values stay in the range of a picture here");
  }
  return walk->AddSteps("GaussianNoise", 1, PassKind::kPlaced);
}

inline Status PlanOp(const GaussianNoiseParams& params, RandomStream* random, PlanBuilder* plan) {
  NoiseStep step;
  step.mean = static_cast<float>(255 * params.mean);
  step.sigma = static_cast<float>(255 * params.sigma);
  step.noise = {random->NextWord(), random->NextWord()};
  return plan->Add(step);
}

}  // namespace saker

#endif  // SAKER_OPS_GAUSSIAN_NOISE_GAUSSIAN_NOISE_H_
