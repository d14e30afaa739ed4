// RandomOrder: all the ops it holds, every order equally likely (Fisher-Yates). One word less than
// there are ops.
#ifndef SAKER_OPS_RANDOM_ORDER_RANDOM_ORDER_H_
#define SAKER_OPS_RANDOM_ORDER_RANDOM_ORDER_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"

namespace saker {

// Any op may stand behind any other, so each is checked as if what the others leave stood before it.
inline Status CheckOp(const RandomOrderParams& params, ProgramWalk* walk) {
  bool fences = walk->fenced;
  for (int32_t k = 0; k < params.transforms.count; ++k) {
    ProgramWalk one = *walk;
    SAKER_RETURN_IF_ERROR(one.CheckNested(params.transforms, k));
    fences = fences || one.fenced;
  }
  ProgramWalk all = *walk;
  for (int32_t k = 0; k < params.transforms.count; ++k) {
    ProgramWalk one = *walk;
    one.fenced = one.maybe = fences;
    SAKER_RETURN_IF_ERROR(one.CheckNested(params.transforms, k));
    const int32_t steps = all.steps + one.steps - walk->steps;
    const int32_t resamples = all.resamples + one.resamples - walk->resamples;
    const int32_t axis_steps = all.axis_steps + std::max(one.axis_steps - walk->axis_steps, 0);
    all.Merge(one);
    all.steps = steps;
    all.resamples = resamples;
    all.axis_steps = axis_steps;
    all.most_axis_steps = std::max(all.most_axis_steps, axis_steps);
  }
  all.fenced = all.maybe = fences;
  *walk = all;
  return OkStatus();
}

inline Status PlanOp(const RandomOrderParams& params, RandomStream* random, PlanBuilder* plan) {
  std::array<int32_t, 32> order{};
  const int32_t count = params.transforms.count;
  for (int32_t k = 0; k < count; ++k) order[static_cast<size_t>(k)] = k;
  for (uint32_t i = static_cast<uint32_t>(count) - 1; i > 0; --i)
    std::swap(order[i], order[random->Below(i + 1)]);
  for (int32_t k = 0; k < count; ++k)
    SAKER_RETURN_IF_ERROR(plan->PlanNested(params.transforms, order[static_cast<size_t>(k)]));
  return OkStatus();
}

}  // namespace saker

#endif  // SAKER_OPS_RANDOM_ORDER_RANDOM_ORDER_H_
