// Affine: rotation (clockwise), translation, scale and shear about `center` or the middle
// (torchvision's functional affine). Nothing is drawn.
#ifndef SAKER_OPS_AFFINE_AFFINE_H_
#define SAKER_OPS_AFFINE_AFFINE_H_

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"
#include "ops/core/warp_matrices.h"

namespace saker {

inline Status CheckOp(const AffineParams&, ProgramWalk* walk) { return walk->Warp("Affine"); }

inline Status PlanOp(const AffineParams& params, RandomStream*, PlanBuilder* plan) {
  const AffineMap map{params.angle, params.translate, params.scale, params.shear};
  const Matrix3 matrix = AffineMatrix(map, plan->width(), plan->height(), params.center);
  return plan->Warp(matrix, plan->height(), plan->width(), params.interpolation, params.fill);
}

}  // namespace saker

#endif  // SAKER_OPS_AFFINE_AFFINE_H_
