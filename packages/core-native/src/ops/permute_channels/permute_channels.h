// PermuteChannels: out[c] = in[permutation[c]]. Nothing is drawn.
#ifndef SAKER_OPS_PERMUTE_CHANNELS_PERMUTE_CHANNELS_H_
#define SAKER_OPS_PERMUTE_CHANNELS_PERMUTE_CHANNELS_H_

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"

namespace saker {

inline Status PlanOp(const PermuteChannelsParams& params, RandomStream*, PlanBuilder* plan) {
  ColorStep step;
  step.kind = ColorStepKind::kPermute;
  step.whole = params.permutation;
  return plan->Color(step);
}

}  // namespace saker

#endif  // SAKER_OPS_PERMUTE_CHANNELS_PERMUTE_CHANNELS_H_
