// RandomAutocontrast: stretches the levels lo..hi of every channel to 0..255 with probability p
// (Pillow ImageOps.autocontrast, cutoff 0). lo and hi are those of the picture after the geometry
// and the steps before. One word.
#ifndef SAKER_OPS_RANDOM_AUTOCONTRAST_RANDOM_AUTOCONTRAST_H_
#define SAKER_OPS_RANDOM_AUTOCONTRAST_RANDOM_AUTOCONTRAST_H_

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"
#include "ops/random_autocontrast/random_autocontrast_steps.h"

namespace saker {

inline Status CheckOp(const RandomAutocontrastParams&, ProgramWalk* walk) {
  return walk->AddSteps("RandomAutocontrast", 1);
}

inline Status PlanOp(const RandomAutocontrastParams& params, RandomStream* random,
                     PlanBuilder* plan) {
  if (random->Uniform() < params.p) {
    return plan->Add(AutocontrastStep{});
  }
  return OkStatus();
}

}  // namespace saker

#endif  // SAKER_OPS_RANDOM_AUTOCONTRAST_RANDOM_AUTOCONTRAST_H_
