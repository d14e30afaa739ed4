// AutoAugment: one of 25 learned pairs of ops, each op with its probability and strength
// (policy_tables.h). 5 words always: the pair, then a choice and a sign for each op.
#ifndef SAKER_OPS_AUTO_AUGMENT_AUTO_AUGMENT_H_
#define SAKER_OPS_AUTO_AUGMENT_AUTO_AUGMENT_H_

#include <array>
#include <cstdint>

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/auto_augment/policy_tables.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"

namespace saker {

// Both ops of the pair drawn; one that is left out is kIdentity.
inline std::array<PolicyDraw, 2> DrawPolicies(const AutoAugmentParams& params, int32_t width,
                                              int32_t height, RandomStream* random) {
  const PolicyPair& pair = PairsOf(params.policy)[random->Below(kPolicyPairs)];
  std::array<PolicyDraw, 2> draws;
  for (size_t k = 0; k < 2; ++k) {
    const bool on = random->Uniform() < pair[k].p;
    const bool negative = random->Uniform() < 0.5;
    if (on) {
      draws[k] = PolicyAt(kRandRanges, pair[k].op, pair[k].bin, kPolicyBins, negative, width,
                          height);
    }
  }
  return draws;
}

inline Status CheckOp(const AutoAugmentParams& params, ProgramWalk* walk) {
  return CheckPolicy("AutoAugment", 2, params.interpolation, walk);
}

inline Status PlanOp(const AutoAugmentParams& params, RandomStream* random, PlanBuilder* plan) {
  // No op changes the size.
  for (const PolicyDraw& draw : DrawPolicies(params, plan->width(), plan->height(), random))
    SAKER_RETURN_IF_ERROR(ApplyPolicyOp(draw, params.interpolation, params.fill, plan));
  return OkStatus();
}

}  // namespace saker

#endif  // SAKER_OPS_AUTO_AUGMENT_AUTO_AUGMENT_H_
