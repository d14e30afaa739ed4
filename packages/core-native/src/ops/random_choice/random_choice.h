// RandomChoice: one of the ops it holds, op k with probability p_k / sum p, all alike without p
// (torchvision). One word.
#ifndef SAKER_OPS_RANDOM_CHOICE_RANDOM_CHOICE_H_
#define SAKER_OPS_RANDOM_CHOICE_RANDOM_CHOICE_H_

#include <cstdint>

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"

namespace saker {

inline Status CheckOp(const RandomChoiceParams& params, ProgramWalk* walk) {
  const ProgramWalk before = *walk;
  for (int32_t k = 0; k < params.transforms.count; ++k) {
    ProgramWalk one = before;
    SAKER_RETURN_IF_ERROR(one.CheckNested(params.transforms, k));
    if (k == 0) {
      *walk = one;
    } else {
      walk->Merge(one);
    }
  }
  return OkStatus();
}

// Which of `count` ops the number u of [0, 1) stands for.
inline int32_t ChosenOp(const RandomChoiceParams& params, double u) {
  const int32_t count = params.transforms.count;
  double total = 0, below = 0;
  for (int32_t k = 0; k < count; ++k) total += params.p ? (*params.p)[static_cast<size_t>(k)] : 1;
  int32_t last = 0;
  for (int32_t k = 0; k < count; ++k) {
    const double weight = params.p ? (*params.p)[static_cast<size_t>(k)] : 1;
    if (weight <= 0) continue;
    below += weight;
    last = k;
    if (u * total < below) return k;
  }
  return last;  // rounding: u * total met the sum
}

inline Status PlanOp(const RandomChoiceParams& params, RandomStream* random, PlanBuilder* plan) {
  return plan->PlanNested(params.transforms, ChosenOp(params, random->Uniform()));
}

}  // namespace saker

#endif  // SAKER_OPS_RANDOM_CHOICE_RANDOM_CHOICE_H_
