// RandomResizedCrop: a crop of random area and aspect ratio, resized (torchvision's get_params).
// Ten tries of: area = U(scale) * H * W, ratio = exp(U(log ratio)), w = round(sqrt(area * ratio)),
// h = round(sqrt(area / ratio)); the first box that fits is placed uniformly. Then the central
// fallback: the whole picture, cut to the nearest allowed ratio. A try takes 4 words: area, ratio,
// and two of place.
#ifndef SAKER_OPS_RANDOM_RESIZED_CROP_RANDOM_RESIZED_CROP_H_
#define SAKER_OPS_RANDOM_RESIZED_CROP_RANDOM_RESIZED_CROP_H_

#include <cmath>
#include <cstdint>

#include "base/image.h"
#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"

namespace saker {

// The box drawn for a picture of `height` x `width`.
inline Rect DrawBox(const RandomResizedCropParams& params, int32_t height, int32_t width,
                    RandomStream* random) {
  const double area = static_cast<double>(height) * width;
  const double log_low = std::log(params.ratio[0]), log_high = std::log(params.ratio[1]);
  for (int attempt = 0; attempt < 10; ++attempt) {
    const double target = area * random->Uniform(params.scale[0], params.scale[1]);
    const double ratio = std::exp(random->Uniform(log_low, log_high));
    const double w = std::nearbyint(std::sqrt(target * ratio));
    const double h = std::nearbyint(std::sqrt(target / ratio));
    if (w >= 1 && w <= width && h >= 1 && h <= height) {
      const int32_t wi = static_cast<int32_t>(w), hi = static_cast<int32_t>(h);
      const int32_t top =
          static_cast<int32_t>(random->Below(static_cast<uint32_t>(height - hi + 1)));
      const int32_t left =
          static_cast<int32_t>(random->Below(static_cast<uint32_t>(width - wi + 1)));
      return {left, top, wi, hi};
    }
    // A failed try uses up its words of place, so that a try's words depend on its number only.
    random->NextWord();
    random->NextWord();
  }
  int32_t w = width, h = height;
  const double picture_ratio = static_cast<double>(width) / height;
  if (picture_ratio < params.ratio[0]) {
    h = static_cast<int32_t>(std::nearbyint(w / params.ratio[0]));
  } else if (picture_ratio > params.ratio[1]) {
    w = static_cast<int32_t>(std::nearbyint(h * params.ratio[1]));
  }
  h = h < 1 ? 1 : h;
  w = w < 1 ? 1 : w;
  return {(width - w) / 2, (height - h) / 2, w, h};
}

inline Status CheckOp(const RandomResizedCropParams& params, ProgramWalk* walk) {
  walk->Geometry(2);
  walk->Fix(params.size[0], params.size[1]);
  return OkStatus();
}

inline Status PlanOp(const RandomResizedCropParams& params, RandomStream* random,
                     PlanBuilder* plan) {
  const Rect box = DrawBox(params, plan->height(), plan->width(), random);
  plan->Crop(box.y, box.x, box.height, box.width);
  plan->Resize(params.size[0], params.size[1], params.interpolation, params.antialias);
  return OkStatus();
}

}  // namespace saker

#endif  // SAKER_OPS_RANDOM_RESIZED_CROP_RANDOM_RESIZED_CROP_H_
