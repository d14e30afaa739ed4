// RandomCrop: pads when asked, then top ~ U{0..H-h}, left ~ U{0..W-w} (torchvision v2).
// pad_if_needed adds the whole shortfall on both sides of a short axis, as torchvision does. Always
// 2 words.
#ifndef SAKER_OPS_RANDOM_CROP_RANDOM_CROP_H_
#define SAKER_OPS_RANDOM_CROP_RANDOM_CROP_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"

namespace saker {

inline Status CheckOp(const RandomCropParams& params, ProgramWalk* walk) {
  walk->Geometry(2);
  walk->Fix(params.size[0], params.size[1]);
  const bool pads = params.padding.has_value() || params.pad_if_needed;
  return walk->Border("RandomCrop", pads && params.padding_mode == PaddingMode::kConstant);
}

inline Status PlanOp(const RandomCropParams& params, RandomStream* random, PlanBuilder* plan) {
  const int32_t h = params.size[0], w = params.size[1];
  std::array<int32_t, 4> padding = params.padding.value_or(std::array<int32_t, 4>{});
  if (params.pad_if_needed) {
    const int32_t short_w = std::max(w - (plan->width() + padding[0] + padding[2]), 0);
    const int32_t short_h = std::max(h - (plan->height() + padding[1] + padding[3]), 0);
    padding[0] += short_w;
    padding[2] += short_w;
    padding[1] += short_h;
    padding[3] += short_h;
  }
  SAKER_RETURN_IF_ERROR(plan->Pad(padding, params.fill, params.padding_mode));
  if (plan->height() < h || plan->width() < w) {
    return Status(ErrorCode::kImageTooSmall, "RandomCrop needs " + std::to_string(w) + "x" +
                                                 std::to_string(h) + " pixels, the picture has " +
                                                 std::to_string(plan->width()) + "x" +
                                                 std::to_string(plan->height()) + " there");
  }
  const int32_t top =
      static_cast<int32_t>(random->Below(static_cast<uint32_t>(plan->height() - h + 1)));
  const int32_t left =
      static_cast<int32_t>(random->Below(static_cast<uint32_t>(plan->width() - w + 1)));
  plan->Crop(top, left, h, w);
  return OkStatus();
}

}  // namespace saker

#endif  // SAKER_OPS_RANDOM_CROP_RANDOM_CROP_H_
