// RandomZoomOut: with probability p the picture on a canvas r times its size, at a random place
// (SSD; torchvision's get_params): r = U(side_range), left = floor(U * (canvas - W)), top likewise.
// 4 words always.
#ifndef SAKER_OPS_RANDOM_ZOOM_OUT_RANDOM_ZOOM_OUT_H_
#define SAKER_OPS_RANDOM_ZOOM_OUT_RANDOM_ZOOM_OUT_H_

#include <cstdint>

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"

namespace saker {

inline Status CheckOp(const RandomZoomOutParams& params, ProgramWalk* walk) {
  walk->Geometry(1);
  if (params.p > 0 && params.side_range[1] > 1) walk->Fix(0, 0);
  return walk->Border("RandomZoomOut", true);
}

inline Status PlanOp(const RandomZoomOutParams& params, RandomStream* random, PlanBuilder* plan) {
  const bool on = random->Uniform() < params.p;
  const double r = random->Uniform(params.side_range[0], params.side_range[1]);
  const double across = random->Uniform(), down = random->Uniform();
  if (!on) return OkStatus();
  const int32_t extra_w = static_cast<int32_t>(plan->width() * r) - plan->width();
  const int32_t extra_h = static_cast<int32_t>(plan->height() * r) - plan->height();
  const int32_t left = static_cast<int32_t>(extra_w * across);
  const int32_t top = static_cast<int32_t>(extra_h * down);
  return plan->Pad({left, top, extra_w - left, extra_h - top}, params.fill, PaddingMode::kConstant);
}

}  // namespace saker

#endif  // SAKER_OPS_RANDOM_ZOOM_OUT_RANDOM_ZOOM_OUT_H_
