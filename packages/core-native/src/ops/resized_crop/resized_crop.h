// ResizedCrop: Resize(size) of in[top .. top + height, left .. left + width] (torchvision's
// functional resized_crop). The filter stops at the edge of the box. Where the box reaches outside
// it is black.
#ifndef SAKER_OPS_RESIZED_CROP_RESIZED_CROP_H_
#define SAKER_OPS_RESIZED_CROP_RESIZED_CROP_H_

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"

namespace saker {

inline Status CheckOp(const ResizedCropParams& params, ProgramWalk* walk) {
  walk->Geometry(3);
  walk->Fix(params.size[0], params.size[1]);
  return OkStatus();
}

inline Status PlanOp(const ResizedCropParams& params, RandomStream*, PlanBuilder* plan) {
  SAKER_RETURN_IF_ERROR(plan->CropPadded(params.top, params.left, params.height, params.width));
  plan->Resize(params.size[0], params.size[1], params.interpolation, params.antialias);
  return OkStatus();
}

}  // namespace saker

#endif  // SAKER_OPS_RESIZED_CROP_RESIZED_CROP_H_
