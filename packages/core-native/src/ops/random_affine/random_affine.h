// RandomAffine: rotation (clockwise), translation, scale and shear, each uniform in its range
// (torchvision): whole pixels of translation, ties to even. 6 words always: angle, two of
// translation, scale, two of shear.
#ifndef SAKER_OPS_RANDOM_AFFINE_RANDOM_AFFINE_H_
#define SAKER_OPS_RANDOM_AFFINE_RANDOM_AFFINE_H_

#include <cmath>

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"
#include "ops/core/warp_matrices.h"

namespace saker {

inline AffineMap DrawAffine(const RandomAffineParams& params, int32_t height, int32_t width,
                            RandomStream* random) {
  AffineMap map;
  map.angle = random->Uniform(params.degrees[0], params.degrees[1]);
  const Point share = params.translate.value_or(Point{});
  const Point most{{share[0] * width, share[1] * height}};
  for (size_t axis = 0; axis < 2; ++axis)
    map.translate[axis] = std::nearbyint(random->Uniform(-most[axis], most[axis]));
  const Point scale = params.scale.value_or(Point{{1, 1}});
  map.scale = random->Uniform(scale[0], scale[1]);
  const std::array<double, 4> shear = params.shear.value_or(std::array<double, 4>{});
  map.shear[0] = random->Uniform(shear[0], shear[1]);
  map.shear[1] = random->Uniform(shear[2], shear[3]);
  return map;
}

inline Status CheckOp(const RandomAffineParams&, ProgramWalk* walk) {
  return walk->Warp("RandomAffine");
}

inline Status PlanOp(const RandomAffineParams& params, RandomStream* random, PlanBuilder* plan) {
  const int32_t height = plan->height(), width = plan->width();
  const AffineMap map = DrawAffine(params, height, width, random);
  const Matrix3 matrix = AffineMatrix(map, width, height, params.center);
  return plan->Warp(matrix, height, width, params.interpolation, params.fill);
}

}  // namespace saker

#endif  // SAKER_OPS_RANDOM_AFFINE_RANDOM_AFFINE_H_
