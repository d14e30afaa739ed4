// RandomChannelPermutation: one of the 6 orders of the channels, all equally likely. 2 words.
#ifndef SAKER_OPS_RANDOM_CHANNEL_PERMUTATION_RANDOM_CHANNEL_PERMUTATION_H_
#define SAKER_OPS_RANDOM_CHANNEL_PERMUTATION_RANDOM_CHANNEL_PERMUTATION_H_

#include <cstdint>
#include <utility>

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"

namespace saker {

inline Status PlanOp(const RandomChannelPermutationParams&, RandomStream* random,
                     PlanBuilder* plan) {
  ColorStep step;
  step.kind = ColorStepKind::kPermute;
  step.whole = {0, 1, 2};
  for (uint32_t i = 2; i > 0; --i) std::swap(step.whole[i], step.whole[random->Below(i + 1)]);
  return plan->Color(step);
}

}  // namespace saker

#endif  // SAKER_OPS_RANDOM_CHANNEL_PERMUTATION_RANDOM_CHANNEL_PERMUTATION_H_
