// The corner crops of FiveCrop and TenCrop.
#ifndef SAKER_OPS_CORE_CORNER_CROP_H_
#define SAKER_OPS_CORE_CORNER_CROP_H_

#include <cmath>
#include <cstdint>
#include <string>

#include "base/status.h"
#include "ops/core/plan_builder.h"

namespace saker {

inline constexpr int32_t kCornerCrops = 5;

// Crop `which` of torchvision's five_crop: top left, top right, bottom left, bottom right, centre
// (rounded as CenterCrop). E_IMAGE_TOO_SMALL when the picture is smaller than the crop.
inline Status CropCorner(const char* op, int32_t which, int32_t h, int32_t w, PlanBuilder* plan) {
  const int32_t spare_h = plan->height() - h, spare_w = plan->width() - w;
  if (spare_h < 0 || spare_w < 0) {
    return Status(ErrorCode::kImageTooSmall,
                  std::string(op) + " needs " + std::to_string(w) + "x" + std::to_string(h) +
                      " pixels, the picture has " + std::to_string(plan->width()) + "x" +
                      std::to_string(plan->height()) + " there");
  }
  if (which == kCornerCrops - 1) {
    plan->Crop(static_cast<int32_t>(std::nearbyint(spare_h / 2.0)),
               static_cast<int32_t>(std::nearbyint(spare_w / 2.0)), h, w);
  } else {
    plan->Crop(which < 2 ? 0 : spare_h, which % 2 == 0 ? 0 : spare_w, h, w);
  }
  return OkStatus();
}

}  // namespace saker

#endif  // SAKER_OPS_CORE_CORNER_CROP_H_
