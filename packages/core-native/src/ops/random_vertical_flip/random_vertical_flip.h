// RandomVerticalFlip: out(y, x) = in(H - 1 - y, x) with probability p. One word, also for p = 0
// and 1.
#ifndef SAKER_OPS_RANDOM_VERTICAL_FLIP_RANDOM_VERTICAL_FLIP_H_
#define SAKER_OPS_RANDOM_VERTICAL_FLIP_RANDOM_VERTICAL_FLIP_H_

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"

namespace saker {

inline Status CheckOp(const RandomVerticalFlipParams&, ProgramWalk* walk) {
  walk->Flip();
  return OkStatus();
}

inline Status PlanOp(const RandomVerticalFlipParams& params, RandomStream* random,
                     PlanBuilder* plan) {
  if (random->Uniform() < params.p) plan->FlipY();
  return OkStatus();
}

}  // namespace saker

#endif  // SAKER_OPS_RANDOM_VERTICAL_FLIP_RANDOM_VERTICAL_FLIP_H_
