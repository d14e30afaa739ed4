// RandomRotation: turns by an angle uniform in `degrees`, counter-clockwise, about `center` or the
// middle; `expand` makes room for all of it (Pillow, Image.rotate). One word.
#ifndef SAKER_OPS_RANDOM_ROTATION_RANDOM_ROTATION_H_
#define SAKER_OPS_RANDOM_ROTATION_RANDOM_ROTATION_H_

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"
#include "ops/core/warp_matrices.h"

namespace saker {

inline Rotation RotationFor(const RandomRotationParams& params, double angle, int32_t height,
                            int32_t width) {
  return RotationOf(angle, params.expand, params.center, width, height);
}

inline Status CheckOp(const RandomRotationParams& params, ProgramWalk* walk) {
  if (params.expand) {
    if (walk->height > 0 && params.degrees[0] == params.degrees[1]) {
      const Rotation r = RotationFor(params, params.degrees[0], walk->height, walk->width);
      walk->Fix(r.height, r.width);
    } else {
      walk->Fix(0, 0);
    }
  }
  return walk->Warp("RandomRotation");
}

inline Status PlanOp(const RandomRotationParams& params, RandomStream* random, PlanBuilder* plan) {
  const double angle = random->Uniform(params.degrees[0], params.degrees[1]);
  const Rotation r = RotationFor(params, angle, plan->height(), plan->width());
  return plan->Warp(r.matrix, r.height, r.width, params.interpolation, params.fill);
}

}  // namespace saker

#endif  // SAKER_OPS_RANDOM_ROTATION_RANDOM_ROTATION_H_
