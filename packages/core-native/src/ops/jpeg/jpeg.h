// JPEG (torchvision v2): the picture, rounded to whole levels, encoded by libjpeg-turbo with its
// defaults (baseline, 4:2:0, accurate integer DCT) and decoded as every JPEG is here. What Pillow's
// save and open give. 1 word: the quality.
#ifndef SAKER_OPS_JPEG_JPEG_H_
#define SAKER_OPS_JPEG_JPEG_H_

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"
#include "ops/jpeg/jpeg_steps.h"

namespace saker {

inline constexpr int32_t kMaxJpegSide = 65500;  // libjpeg's

inline Status CheckOp(const JPEGParams&, ProgramWalk* walk) {
  return walk->AddSteps("JPEG", 1, PassKind::kPicture);
}

inline Status PlanOp(const JPEGParams& params, RandomStream* random, PlanBuilder* plan) {
  const auto range = static_cast<uint32_t>(params.quality[1] - params.quality[0] + 1);
  JpegStep step;
  step.quality = params.quality[0] + static_cast<int32_t>(random->Below(range));
  if (plan->width() > kMaxJpegSide || plan->height() > kMaxJpegSide) {
    return Status(ErrorCode::kImageTooLarge, "a JPEG has at most 65500 pixels a side");
  }
  return plan->Add(step);
}

}  // namespace saker

#endif  // SAKER_OPS_JPEG_JPEG_H_
