// RandomInvert: out = 255 - in with probability p. One word.
#ifndef SAKER_OPS_RANDOM_INVERT_RANDOM_INVERT_H_
#define SAKER_OPS_RANDOM_INVERT_RANDOM_INVERT_H_

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"
#include "ops/random_invert/random_invert_steps.h"

namespace saker {

inline Status CheckOp(const RandomInvertParams&, ProgramWalk* walk) {
  return walk->AddSteps("RandomInvert", 1);
}

inline Status PlanOp(const RandomInvertParams& params, RandomStream* random, PlanBuilder* plan) {
  if (random->Uniform() < params.p) {
    return plan->Add(InvertStep{});
  }
  return OkStatus();
}

}  // namespace saker

#endif  // SAKER_OPS_RANDOM_INVERT_RANDOM_INVERT_H_
