// RandAugment: num_ops ops, each uniform and with a sign of its own, at one strength (Cubuk, Zoph,
// Shlens, Le: "RandAugment: Practical automated data augmentation with a reduced search space",
// NeurIPS 2020). 2 words an op.
#ifndef SAKER_OPS_RAND_AUGMENT_RAND_AUGMENT_H_
#define SAKER_OPS_RAND_AUGMENT_RAND_AUGMENT_H_

#include <cstdint>

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"
#include "ops/core/policy.h"

namespace saker {

// The next of the num_ops ops.
inline PolicyDraw DrawPolicy(const RandAugmentParams& params, int32_t width, int32_t height,
                             RandomStream* random) {
  const PolicyOp op = kUnsupervisedOps[random->Below(kUnsupervisedOpCount)];
  const bool negative = random->Uniform() < 0.5;
  return PolicyAt(kRandRanges, op, params.magnitude, params.num_magnitude_bins, negative, width,
                  height);
}

inline Status CheckOp(const RandAugmentParams& params, ProgramWalk* walk) {
  return CheckPolicy("RandAugment", params.num_ops, params.interpolation, walk);
}

inline Status PlanOp(const RandAugmentParams& params, RandomStream* random, PlanBuilder* plan) {
  for (int32_t k = 0; k < params.num_ops; ++k) {
    const PolicyDraw draw = DrawPolicy(params, plan->width(), plan->height(), random);
    SAKER_RETURN_IF_ERROR(ApplyPolicyOp(draw, params.interpolation, params.fill, plan));
  }
  return OkStatus();
}

}  // namespace saker

#endif  // SAKER_OPS_RAND_AUGMENT_RAND_AUGMENT_H_
