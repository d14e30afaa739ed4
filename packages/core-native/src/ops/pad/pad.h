// Pad: out(y, x) = in(y - top, x - left); outside by padding_mode: fill colour, nearest edge pixel,
// reflection without (reflect) or with (symmetric) the edge pixel repeated.
#ifndef SAKER_OPS_PAD_PAD_H_
#define SAKER_OPS_PAD_PAD_H_

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"

namespace saker {

inline Status CheckOp(const PadParams& params, ProgramWalk* walk) {
  walk->Geometry(1);
  if (walk->height > 0) {
    walk->Fix(walk->height + params.padding[1] + params.padding[3],
              walk->width + params.padding[0] + params.padding[2]);
  }
  return walk->Border("Pad", params.padding_mode == PaddingMode::kConstant);
}

inline Status PlanOp(const PadParams& params, RandomStream*, PlanBuilder* plan) {
  return plan->Pad(params.padding, params.fill, params.padding_mode);
}

}  // namespace saker

#endif  // SAKER_OPS_PAD_PAD_H_
