// CenterCrop: top = round((H - h) / 2), left = round((W - w) / 2), ties to even as Python's round.
// A picture that is smaller is padded with black first (torchvision's center_crop): floor(d / 2)
// before, ceil(d / 2) after.
#ifndef SAKER_OPS_CENTER_CROP_CENTER_CROP_H_
#define SAKER_OPS_CENTER_CROP_CENTER_CROP_H_

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"

namespace saker {

inline Status CheckOp(const CenterCropParams& params, ProgramWalk* walk) {
  walk->Geometry(2);
  walk->Fix(params.size[0], params.size[1]);
  return OkStatus();
}

inline Status PlanOp(const CenterCropParams& params, RandomStream*, PlanBuilder* plan) {
  const int32_t h = params.size[0], w = params.size[1];
  const int32_t short_h = std::max(h - plan->height(), 0);
  const int32_t short_w = std::max(w - plan->width(), 0);
  if (short_h > 0 || short_w > 0) {
    SAKER_RETURN_IF_ERROR(
        plan->Pad({short_w / 2, short_h / 2, (short_w + 1) / 2, (short_h + 1) / 2}, {},
                  PaddingMode::kConstant));
  }
  // nearbyint rounds ties to even in the default rounding mode, which nothing here changes.
  const int32_t top = static_cast<int32_t>(std::nearbyint((plan->height() - h) / 2.0));
  const int32_t left = static_cast<int32_t>(std::nearbyint((plan->width() - w) / 2.0));
  plan->Crop(top, left, h, w);
  return OkStatus();
}

}  // namespace saker

#endif  // SAKER_OPS_CENTER_CROP_CENTER_CROP_H_
