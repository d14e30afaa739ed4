// RandomSolarize: 255 - level where level >= threshold, with probability p (Pillow
// ImageOps.solarize). One word.
#ifndef SAKER_OPS_RANDOM_SOLARIZE_RANDOM_SOLARIZE_H_
#define SAKER_OPS_RANDOM_SOLARIZE_RANDOM_SOLARIZE_H_

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"
#include "ops/random_solarize/random_solarize_steps.h"

namespace saker {

inline Status CheckOp(const RandomSolarizeParams&, ProgramWalk* walk) {
  return walk->AddSteps("RandomSolarize", 1);
}

inline Status PlanOp(const RandomSolarizeParams& params, RandomStream* random, PlanBuilder* plan) {
  if (random->Uniform() < params.p) {
    return plan->Add(SolarizeStep{static_cast<float>(params.threshold)});
  }
  return OkStatus();
}

}  // namespace saker

#endif  // SAKER_OPS_RANDOM_SOLARIZE_RANDOM_SOLARIZE_H_
