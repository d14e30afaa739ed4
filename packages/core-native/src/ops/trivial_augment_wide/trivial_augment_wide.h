// TrivialAugmentWide: one op, one strength, one sign, each uniform (Mueller and Hutter:
// "TrivialAugment: Tuning-free Yet State-of-the-Art Data Augmentation", ICCV 2021; wide space).
// 3 words.
#ifndef SAKER_OPS_TRIVIAL_AUGMENT_WIDE_TRIVIAL_AUGMENT_WIDE_H_
#define SAKER_OPS_TRIVIAL_AUGMENT_WIDE_TRIVIAL_AUGMENT_WIDE_H_

#include <cstdint>

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"
#include "ops/core/policy.h"

namespace saker {

inline PolicyDraw DrawPolicy(const TrivialAugmentWideParams& params, int32_t width, int32_t height,
                             RandomStream* random) {
  const PolicyOp op = kUnsupervisedOps[random->Below(kUnsupervisedOpCount)];
  const int32_t bins = params.num_magnitude_bins;
  const int32_t bin = static_cast<int32_t>(random->Below(static_cast<uint32_t>(bins)));
  const bool negative = random->Uniform() < 0.5;
  return PolicyAt(kWideRanges, op, bin, bins, negative, width, height);
}

inline Status CheckOp(const TrivialAugmentWideParams& params, ProgramWalk* walk) {
  return CheckPolicy("TrivialAugmentWide", 1, params.interpolation, walk);
}

inline Status PlanOp(const TrivialAugmentWideParams& params, RandomStream* random,
                     PlanBuilder* plan) {
  const PolicyDraw draw = DrawPolicy(params, plan->width(), plan->height(), random);
  return ApplyPolicyOp(draw, params.interpolation, params.fill, plan);
}

}  // namespace saker

#endif  // SAKER_OPS_TRIVIAL_AUGMENT_WIDE_TRIVIAL_AUGMENT_WIDE_H_
