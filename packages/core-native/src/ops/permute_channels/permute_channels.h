// PermuteChannels: out[c] = in[permutation[c]]. Nothing is drawn.
#ifndef SAKER_OPS_PERMUTE_CHANNELS_PERMUTE_CHANNELS_H_
#define SAKER_OPS_PERMUTE_CHANNELS_PERMUTE_CHANNELS_H_

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"
#include "ops/permute_channels/permute_channels_steps.h"

namespace saker {

inline Status CheckOp(const PermuteChannelsParams&, ProgramWalk* walk) {
  return walk->AddSteps("PermuteChannels", 1);
}

inline Status PlanOp(const PermuteChannelsParams& params, RandomStream*, PlanBuilder* plan) {
  return plan->Add(PermuteStep{params.permutation});
}

}  // namespace saker

#endif  // SAKER_OPS_PERMUTE_CHANNELS_PERMUTE_CHANNELS_H_
