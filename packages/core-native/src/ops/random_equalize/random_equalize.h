// RandomEqualize: flattens the histogram of every channel with probability p (Pillow
// ImageOps.equalize). The histogram is that of the picture after the geometry and the steps before.
// One word.
#ifndef SAKER_OPS_RANDOM_EQUALIZE_RANDOM_EQUALIZE_H_
#define SAKER_OPS_RANDOM_EQUALIZE_RANDOM_EQUALIZE_H_

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"
#include "ops/random_equalize/random_equalize_steps.h"

namespace saker {

inline Status CheckOp(const RandomEqualizeParams&, ProgramWalk* walk) {
  return walk->AddSteps("RandomEqualize", 1);
}

inline Status PlanOp(const RandomEqualizeParams& params, RandomStream* random, PlanBuilder* plan) {
  if (random->Uniform() < params.p) {
    return plan->Add(EqualizeStep{});
  }
  return OkStatus();
}

}  // namespace saker

#endif  // SAKER_OPS_RANDOM_EQUALIZE_RANDOM_EQUALIZE_H_
