// RandomChannelPermutation: one of the 6 orders of the channels, all equally likely. 2 words.
#ifndef SAKER_OPS_RANDOM_CHANNEL_PERMUTATION_RANDOM_CHANNEL_PERMUTATION_H_
#define SAKER_OPS_RANDOM_CHANNEL_PERMUTATION_RANDOM_CHANNEL_PERMUTATION_H_

#include <cstdint>
#include <utility>

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"
#include "ops/permute_channels/permute_channels_steps.h"

namespace saker {

inline Status CheckOp(const RandomChannelPermutationParams&, ProgramWalk* walk) {
  return walk->AddSteps("RandomChannelPermutation", 1);
}

inline Status PlanOp(const RandomChannelPermutationParams&, RandomStream* random,
                     PlanBuilder* plan) {
  PermuteStep step;
  for (uint32_t i = 2; i > 0; --i)
    std::swap(step.permutation[i], step.permutation[random->Below(i + 1)]);
  return plan->Add(step);
}

}  // namespace saker

#endif  // SAKER_OPS_RANDOM_CHANNEL_PERMUTATION_RANDOM_CHANNEL_PERMUTATION_H_
