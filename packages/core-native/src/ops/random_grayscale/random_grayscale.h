// RandomGrayscale: L = 0.299 R + 0.587 G + 0.114 B in all three channels with probability p. One
// word.
#ifndef SAKER_OPS_RANDOM_GRAYSCALE_RANDOM_GRAYSCALE_H_
#define SAKER_OPS_RANDOM_GRAYSCALE_RANDOM_GRAYSCALE_H_

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"
#include "ops/grayscale/grayscale_steps.h"

namespace saker {

inline Status CheckOp(const RandomGrayscaleParams&, ProgramWalk* walk) {
  return walk->AddSteps("RandomGrayscale", 1);
}

inline Status PlanOp(const RandomGrayscaleParams& params, RandomStream* random, PlanBuilder* plan) {
  if (random->Uniform() < params.p) {
    return plan->Add(GrayscaleStep{});
  }
  return OkStatus();
}

}  // namespace saker

#endif  // SAKER_OPS_RANDOM_GRAYSCALE_RANDOM_GRAYSCALE_H_
