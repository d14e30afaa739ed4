// Resize: out(y, x) = sum_k w_k * in(k), by Pillow's resampling (ops/core/filters.h, AxisChain).
// Sizes are torchvision's (_compute_resized_output_size): the short side becomes size[0], the long
// one int(size[0] * long / short); max_size bounds the long side and shrinks the short one with it.
#ifndef SAKER_OPS_RESIZE_RESIZE_H_
#define SAKER_OPS_RESIZE_RESIZE_H_

#include <algorithm>
#include <cstdint>
#include <string>

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"

namespace saker {

struct PictureSize {
  int32_t height = 0;
  int32_t width = 0;
};

// The size that Resize gives a picture of `height` x `width`; never below 1.
inline PictureSize ResizedSize(const ResizeParams& params, int32_t height, int32_t width) {
  if (params.size.size() == 2) return {params.size[0], params.size[1]};
  const int32_t short_side = std::min(height, width);
  const int32_t long_side = std::max(height, width);
  int32_t new_short = params.size[0];
  int32_t new_long = static_cast<int32_t>(
      static_cast<double>(static_cast<int64_t>(new_short) * long_side) / short_side);
  if (params.max_size && new_long > *params.max_size) {
    new_short = static_cast<int32_t>(
        static_cast<double>(static_cast<int64_t>(*params.max_size) * new_short) / new_long);
    new_long = *params.max_size;
  }
  new_short = std::max(new_short, 1);
  new_long = std::max(new_long, 1);
  return width <= height ? PictureSize{new_long, new_short} : PictureSize{new_short, new_long};
}

inline Status CheckOp(const ResizeParams& params, ProgramWalk* walk) {
  walk->Geometry(1);
  if (params.max_size && params.size.size() == 2) {
    return Status(ErrorCode::kPipelineUnsupported, "Resize: max_size goes with size [n] only");
  }
  if (params.max_size && *params.max_size <= params.size[0]) {
    return Status(ErrorCode::kPipelineUnsupported,
                  "Resize: max_size must be above size, received " +
                      std::to_string(*params.max_size) + " and " + std::to_string(params.size[0]));
  }
  if (params.size.size() == 2) {
    walk->Fix(params.size[0], params.size[1]);
  } else if (walk->height > 0) {
    const PictureSize size = ResizedSize(params, walk->height, walk->width);
    walk->Fix(size.height, size.width);
  }
  return OkStatus();
}

inline Status PlanOp(const ResizeParams& params, RandomStream*, PlanBuilder* plan) {
  const PictureSize size = ResizedSize(params, plan->height(), plan->width());
  plan->Resize(size.height, size.width, params.interpolation, params.antialias);
  return OkStatus();
}

}  // namespace saker

#endif  // SAKER_OPS_RESIZE_RESIZE_H_
