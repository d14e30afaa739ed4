// RandomAdjustSharpness: with probability p, s + factor * (v - s), where s is the 3x3 mean with
// weight 5 at the centre and 1 around (of 13), rounded. Pixels of the border keep their value. On
// levels, and truncated, as Pillow ImageEnhance.Sharpness. One word.
#ifndef SAKER_OPS_RANDOM_ADJUST_SHARPNESS_RANDOM_ADJUST_SHARPNESS_H_
#define SAKER_OPS_RANDOM_ADJUST_SHARPNESS_RANDOM_ADJUST_SHARPNESS_H_

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"
#include "ops/random_adjust_sharpness/random_adjust_sharpness_steps.h"

namespace saker {

inline Status CheckOp(const RandomAdjustSharpnessParams&, ProgramWalk* walk) {
  return walk->AddSteps("RandomAdjustSharpness", 1, PassKind::kNeighbours);
}

inline Status PlanOp(const RandomAdjustSharpnessParams& params, RandomStream* random,
                     PlanBuilder* plan) {
  if (random->Uniform() < params.p) {
    return plan->Add(SharpnessStep{static_cast<float>(params.sharpness_factor)});
  }
  return OkStatus();
}

}  // namespace saker

#endif  // SAKER_OPS_RANDOM_ADJUST_SHARPNESS_RANDOM_ADJUST_SHARPNESS_H_
