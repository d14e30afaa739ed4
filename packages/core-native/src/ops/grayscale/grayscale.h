// Grayscale: L = 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601, the weights of Pillow's convert('L')),
// not rounded. The plan keeps three equal channels; num_output_channels counts where Normalize and
// the output look at it.
#ifndef SAKER_OPS_GRAYSCALE_GRAYSCALE_H_
#define SAKER_OPS_GRAYSCALE_GRAYSCALE_H_

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"
#include "ops/grayscale/grayscale_steps.h"

namespace saker {

inline Status CheckOp(const GrayscaleParams& params, ProgramWalk* walk) {
  walk->channels = params.num_output_channels;
  return walk->AddSteps("Grayscale", 1);
}

inline Status PlanOp(const GrayscaleParams&, RandomStream*, PlanBuilder* plan) {
  return plan->Add(GrayscaleStep{});
}

}  // namespace saker

#endif  // SAKER_OPS_GRAYSCALE_GRAYSCALE_H_
