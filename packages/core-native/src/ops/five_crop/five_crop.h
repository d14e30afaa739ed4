// FiveCrop: the four corners and the centre, as five views of a picture.
#ifndef SAKER_OPS_FIVE_CROP_FIVE_CROP_H_
#define SAKER_OPS_FIVE_CROP_FIVE_CROP_H_

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/corner_crop.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"

namespace saker {

inline Status CheckOp(const FiveCropParams& params, ProgramWalk* walk) {
  SAKER_RETURN_IF_ERROR(walk->Views("FiveCrop", kCornerCrops));
  walk->Geometry(1);
  walk->Fix(params.size[0], params.size[1]);
  return OkStatus();
}

inline Status PlanOp(const FiveCropParams& params, RandomStream*, PlanBuilder* plan) {
  return CropCorner("FiveCrop", plan->view, params.size[0], params.size[1], plan);
}

}  // namespace saker

#endif  // SAKER_OPS_FIVE_CROP_FIVE_CROP_H_
