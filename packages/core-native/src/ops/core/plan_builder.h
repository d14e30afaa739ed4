// PlanBuilder: what an op may do to the plan of one sample. Ops call it in pipeline order; the
// planner owns it.
//
// Sizes are those of the picture as it stands at that op. Geometry composes into the map of the
// source as long as only pointwise steps stand before it (colour then runs after it, whatever the
// order in the pipeline: the fusion contract). After a step that fences it off (by place, over
// neighbours, a warp, a whole picture) it composes into that warp, or makes a Resample of its own.
// What does not fit into a plan leaves an error behind, which the planner asks for after every op.
#ifndef SAKER_OPS_CORE_PLAN_BUILDER_H_
#define SAKER_OPS_CORE_PLAN_BUILDER_H_

#include <array>
#include <cstdint>

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/axis_chain.h"
#include "ops/core/matrix3.h"
#include "ops/core/nested_ops.h"
#include "ops/core/philox.h"
#include "ops/core/pixel_step.h"
#include "ops/resample/resample_steps.h"

namespace saker {

struct PlanBuilder {
  AxisChain x, y;
  bool has_fill = false;
  std::array<float, 3> fill{};  // of the constant pads of x and y, 0..255
  PixelSteps steps;
  Resamplings resamples;
  bool normalized = false;
  std::array<double, 3> scale{{1, 1, 1}};  // out = in * scale + bias, in of 0..1
  std::array<double, 3> bias{};
  Status status;  // the first thing that did not fit
  const NestedOps* nested = nullptr;  // set by the planner

  // The picture as it stands here.
  int32_t width() const;
  int32_t height() const;

  // [left, left + w) x [top, top + h), which must lie inside the picture.
  void Crop(int32_t top, int32_t left, int32_t h, int32_t w);
  void FlipX();
  void FlipY();
  // Adds {left, top, right, bottom} pixels. E_PIPELINE_UNSUPPORTED: a constant border after
  // Normalize.
  Status Pad(const std::array<int32_t, 4>& padding, const std::array<double, 3>& color,
             PaddingMode mode);
  void Resize(int32_t h, int32_t w, Interpolation filter, bool antialias);
  // A crop that may reach outside, where it is black.
  Status CropPadded(int32_t top, int32_t left, int32_t h, int32_t w);

  // A step that keeps the size of the picture. E_PIPELINE_UNSUPPORTED when the plan is full.
  Status Add(const PixelStep& step);
  // A kNeighbours or kPicture step that makes a picture of out_h x out_w.
  Status Add(const PixelStep& step, int32_t out_h, int32_t out_w);
  // The picture through a map (ops/warp/warp_steps.h): (x + 0.5, y + 0.5, 1) of the output to
  // coordinates of the picture as it stands here. `filter`: nearest, bilinear or bicubic.
  // `has_fill` false: black outside. Two warps of one filter and one colour with nothing between
  // become one. E_PIPELINE_UNSUPPORTED when the plan is full, or for Lanczos.
  Status Warp(const Matrix3& output_to_input, int32_t out_h, int32_t out_w, Interpolation filter,
              bool has_fill, const std::array<float, 3>& fill);
  // The same with the fill of an op's parameters; whole levels, truncated as torchvision does.
  Status Warp(const Matrix3& output_to_input, int32_t out_h, int32_t out_w, Interpolation filter,
              const std::array<double, 3>& fill);

  // Op `k` of those that the calling op holds, on the picture as it stands here.
  Status PlanNested(const OpList& list, int32_t k) { return nested->Plan(list, k, this); }
};

}  // namespace saker

#endif  // SAKER_OPS_CORE_PLAN_BUILDER_H_
