// ThreeAugment: one of grey, solarize and blur, equally likely (Touvron, Cord, Jegou: "DeiT III:
// Revenge of the ViT", ECCV 2022). 2 words always: the choice and the blur's sigma.
#ifndef SAKER_OPS_THREE_AUGMENT_THREE_AUGMENT_H_
#define SAKER_OPS_THREE_AUGMENT_THREE_AUGMENT_H_

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"
#include "ops/gaussian_blur/gaussian_blur_steps.h"
#include "ops/grayscale/grayscale_steps.h"
#include "ops/random_solarize/random_solarize_steps.h"

namespace saker {

inline Status CheckOp(const ThreeAugmentParams&, ProgramWalk* walk) {
  return walk->AddSteps("ThreeAugment", 1, PassKind::kNeighbours);
}

inline Status PlanOp(const ThreeAugmentParams& params, RandomStream* random, PlanBuilder* plan) {
  const uint32_t which = random->Below(3);
  const double sigma = random->Uniform(params.sigma[0], params.sigma[1]);
  if (which == 0) return plan->Add(GrayscaleStep());
  if (which == 1) return plan->Add(SolarizeStep{static_cast<float>(params.threshold)});
  return plan->Add(BlurStep{sigma, params.kernel_size});
}

}  // namespace saker

#endif  // SAKER_OPS_THREE_AUGMENT_THREE_AUGMENT_H_
