// TenCrop: the five crops of the picture, then those of its mirror image.
#ifndef SAKER_OPS_TEN_CROP_TEN_CROP_H_
#define SAKER_OPS_TEN_CROP_TEN_CROP_H_

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/corner_crop.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"

namespace saker {

inline Status CheckOp(const TenCropParams& params, ProgramWalk* walk) {
  SAKER_RETURN_IF_ERROR(walk->Views("TenCrop", 2 * kCornerCrops));
  walk->Geometry(2);
  walk->Fix(params.size[0], params.size[1]);
  return OkStatus();
}

inline Status PlanOp(const TenCropParams& params, RandomStream*, PlanBuilder* plan) {
  if (plan->view >= kCornerCrops) {
    if (params.vertical_flip) {
      plan->FlipY();
    } else {
      plan->FlipX();
    }
  }
  return CropCorner("TenCrop", plan->view % kCornerCrops, params.size[0], params.size[1], plan);
}

}  // namespace saker

#endif  // SAKER_OPS_TEN_CROP_TEN_CROP_H_
