// HorizontalFlipViews: the picture and its mirror image, as two views.
#ifndef SAKER_OPS_HORIZONTAL_FLIP_VIEWS_HORIZONTAL_FLIP_VIEWS_H_
#define SAKER_OPS_HORIZONTAL_FLIP_VIEWS_HORIZONTAL_FLIP_VIEWS_H_

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"

namespace saker {

inline Status CheckOp(const HorizontalFlipViewsParams&, ProgramWalk* walk) {
  walk->Flip();
  return walk->Views("HorizontalFlipViews", 2);
}

inline Status PlanOp(const HorizontalFlipViewsParams&, RandomStream*, PlanBuilder* plan) {
  if (plan->view == 1) plan->FlipX();
  return OkStatus();
}

}  // namespace saker

#endif  // SAKER_OPS_HORIZONTAL_FLIP_VIEWS_HORIZONTAL_FLIP_VIEWS_H_
