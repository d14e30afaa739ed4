// Perspective: moves the `startpoints` of the picture to `endpoints` (torchvision's functional
// perspective). Nothing is drawn.
#ifndef SAKER_OPS_PERSPECTIVE_PERSPECTIVE_H_
#define SAKER_OPS_PERSPECTIVE_PERSPECTIVE_H_

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"
#include "ops/core/warp_matrices.h"

namespace saker {

inline Status CheckOp(const PerspectiveParams& params, ProgramWalk* walk) {
  if (!PerspectiveMatrix(params.startpoints, params.endpoints)) {
    return Status(ErrorCode::kPipelineUnsupported,
                  "Perspective: three of its points stand in a line");
  }
  return walk->Warp("Perspective");
}

inline Status PlanOp(const PerspectiveParams& params, RandomStream*, PlanBuilder* plan) {
  const Matrix3 matrix =
      PerspectiveMatrix(params.startpoints, params.endpoints).value_or(kIdentity3);
  return plan->Warp(matrix, plan->height(), plan->width(), params.interpolation, params.fill);
}

}  // namespace saker

#endif  // SAKER_OPS_PERSPECTIVE_PERSPECTIVE_H_
