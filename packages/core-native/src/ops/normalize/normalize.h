// Normalize: out = (in - mean) / std on values of 0..1. Two in a row compose; the plan folds them
// with the division by 255 into one scale and bias a channel. One value stands for all channels.
#ifndef SAKER_OPS_NORMALIZE_NORMALIZE_H_
#define SAKER_OPS_NORMALIZE_NORMALIZE_H_

#include <string>

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"

namespace saker {

inline Status CheckOp(const NormalizeParams& params, ProgramWalk* walk) {
  for (const size_t n : {params.mean.size(), params.std.size()}) {
    if (n != 1 && static_cast<int32_t>(n) != walk->channels) {
      return Status(ErrorCode::kPipelineUnsupported,
                    "Normalize has " + std::to_string(n) + " values, the picture has " +
                        std::to_string(walk->channels) + " channel(s) there");
    }
    if (n > 1) walk->per_channel_normalize = true;
  }
  walk->normalized = true;
  return OkStatus();
}

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
