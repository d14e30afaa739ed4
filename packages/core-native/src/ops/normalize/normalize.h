// Normalize: out = (in - mean) / std on values of 0..1. Two in a row compose; the plan folds them
// with the division by 255 into one scale and bias a channel. One value stands for all channels.
#ifndef SAKER_OPS_NORMALIZE_NORMALIZE_H_
#define SAKER_OPS_NORMALIZE_NORMALIZE_H_

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"

namespace saker {

inline Status PlanOp(const NormalizeParams& params, RandomStream*, PlanBuilder* plan) {
  for (size_t c = 0; c < 3; ++c) {
    const double mean = params.mean[params.mean.size() == 1 ? 0 : c];
    const double std = params.std[params.std.size() == 1 ? 0 : c];
    plan->scale[c] /= std;
    plan->bias[c] = (plan->bias[c] - mean) / std;
  }
  plan->normalized = true;
  return OkStatus();
}

}  // namespace saker

#endif  // SAKER_OPS_NORMALIZE_NORMALIZE_H_
