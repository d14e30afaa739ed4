// RandomPerspective: with probability p moves each corner inwards, by whole pixels uniform in
// 0..distortion_scale of half the side (torchvision). A picture so small that three corners fall
// into a line stays as it is. 9 words always: the choice, then x and y of the corners from the top
// left on, clockwise.
#ifndef SAKER_OPS_RANDOM_PERSPECTIVE_RANDOM_PERSPECTIVE_H_
#define SAKER_OPS_RANDOM_PERSPECTIVE_RANDOM_PERSPECTIVE_H_

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"
#include "ops/core/warp_matrices.h"

namespace saker {

inline Corners DrawCorners(const RandomPerspectiveParams& params, int32_t height, int32_t width,
                           RandomStream* random) {
  const int32_t reach_x = static_cast<int32_t>(params.distortion_scale * (width / 2)) + 1;
  const int32_t reach_y = static_cast<int32_t>(params.distortion_scale * (height / 2)) + 1;
  Corners corners{};
  for (size_t i = 0; i < 4; ++i) {
    const bool right = i == 1 || i == 2, bottom = i >= 2;
    const int32_t x = static_cast<int32_t>(random->Below(static_cast<uint32_t>(reach_x)));
    const int32_t y = static_cast<int32_t>(random->Below(static_cast<uint32_t>(reach_y)));
    corners[i] = {{static_cast<double>(right ? width - reach_x + x : x),
                   static_cast<double>(bottom ? height - reach_y + y : y)}};
  }
  return corners;
}

inline Status CheckOp(const RandomPerspectiveParams&, ProgramWalk* walk) {
  return walk->Warp("RandomPerspective");
}

inline Status PlanOp(const RandomPerspectiveParams& params, RandomStream* random,
                     PlanBuilder* plan) {
  const bool on = random->Uniform() < params.p;
  const int32_t height = plan->height(), width = plan->width();
  const Corners end = DrawCorners(params, height, width, random);
  const double right = width - 1, bottom = height - 1;
  const Corners start{{{{0, 0}}, {{right, 0}}, {{right, bottom}}, {{0, bottom}}}};
  const auto matrix = PerspectiveMatrix(start, end);
  if (!on || !matrix) return OkStatus();
  return plan->Warp(*matrix, height, width, params.interpolation, params.fill);
}

}  // namespace saker

#endif  // SAKER_OPS_RANDOM_PERSPECTIVE_RANDOM_PERSPECTIVE_H_
