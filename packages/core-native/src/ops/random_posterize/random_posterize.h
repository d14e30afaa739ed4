// RandomPosterize: keeps the highest `bits` bits of every level with probability p (Pillow
// ImageOps.posterize). One word.
#ifndef SAKER_OPS_RANDOM_POSTERIZE_RANDOM_POSTERIZE_H_
#define SAKER_OPS_RANDOM_POSTERIZE_RANDOM_POSTERIZE_H_

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"
#include "ops/random_posterize/random_posterize_steps.h"

namespace saker {

inline Status CheckOp(const RandomPosterizeParams&, ProgramWalk* walk) {
  return walk->AddSteps("RandomPosterize", 1);
}

inline Status PlanOp(const RandomPosterizeParams& params, RandomStream* random, PlanBuilder* plan) {
  if (random->Uniform() < params.p) {
    return plan->Add(PosterizeStep{params.bits});
  }
  return OkStatus();
}

}  // namespace saker

#endif  // SAKER_OPS_RANDOM_POSTERIZE_RANDOM_POSTERIZE_H_
