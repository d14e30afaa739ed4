// RandomApply: all the ops it holds, in order, with probability p (torchvision). One word. The ops
// draw from streams of their own, so that what they do does not depend on p.
#ifndef SAKER_OPS_RANDOM_APPLY_RANDOM_APPLY_H_
#define SAKER_OPS_RANDOM_APPLY_RANDOM_APPLY_H_

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"

namespace saker {

inline Status CheckOp(const RandomApplyParams& params, ProgramWalk* walk) {
  const ProgramWalk skipped = *walk;
  for (int32_t k = 0; k < params.transforms.count; ++k)
    SAKER_RETURN_IF_ERROR(walk->CheckNested(params.transforms, k));
  walk->Merge(skipped);
  return OkStatus();
}

inline Status PlanOp(const RandomApplyParams& params, RandomStream* random, PlanBuilder* plan) {
  if (random->Uniform() >= params.p) return OkStatus();
  for (int32_t k = 0; k < params.transforms.count; ++k)
    SAKER_RETURN_IF_ERROR(plan->PlanNested(params.transforms, k));
  return OkStatus();
}

}  // namespace saker

#endif  // SAKER_OPS_RANDOM_APPLY_RANDOM_APPLY_H_
