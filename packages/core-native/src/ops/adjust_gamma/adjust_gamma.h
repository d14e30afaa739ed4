// AdjustGamma: min(255, floor(255.999 gain (level / 255)^gamma)), the table of torchvision
// adjust_gamma for PIL images. Nothing is drawn.
#ifndef SAKER_OPS_ADJUST_GAMMA_ADJUST_GAMMA_H_
#define SAKER_OPS_ADJUST_GAMMA_ADJUST_GAMMA_H_

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"
#include "ops/adjust_gamma/adjust_gamma_steps.h"

namespace saker {

inline Status CheckOp(const AdjustGammaParams&, ProgramWalk* walk) {
  return walk->AddSteps("AdjustGamma", 1);
}

inline Status PlanOp(const AdjustGammaParams& params, RandomStream*, PlanBuilder* plan) {
  return plan->Add(GammaStep{params.gamma, params.gain});
}

}  // namespace saker

#endif  // SAKER_OPS_ADJUST_GAMMA_ADJUST_GAMMA_H_
