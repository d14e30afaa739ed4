// PlanBuilder: what an op may do to the plan of one sample. Ops call it in pipeline order; the
// planner owns it.
//
// Sizes are those of the picture as it stands at that op. Colour runs after all geometry whatever
// the order in the pipeline (the fusion contract), in the order the ops gave.
#ifndef SAKER_OPS_CORE_PLAN_BUILDER_H_
#define SAKER_OPS_CORE_PLAN_BUILDER_H_

#include <array>
#include <cstdint>
#include <string>

#include "base/status.h"
#include "ops/core/axis_chain.h"
#include "ops/core/color_step.h"
#include "ops/core/philox.h"

namespace saker {

struct PlanBuilder {
  AxisChain x, y;
  ColorSteps colors;
  bool has_fill = false;
  std::array<float, 3> fill{};  // of every constant pad, 0..255
  bool normalized = false;
  std::array<double, 3> scale{{1, 1, 1}};  // out = in * scale + bias, in of 0..1
  std::array<double, 3> bias{};

  int32_t width() const { return x.size(); }
  int32_t height() const { return y.size(); }

  // [left, left + w) x [top, top + h), which must lie inside the picture.
  void Crop(int32_t top, int32_t left, int32_t h, int32_t w);
  void FlipX();
  void FlipY();
  // Adds {left, top, right, bottom} pixels. E_PIPELINE_UNSUPPORTED: a second fill colour in one
  // plan, or a constant border after colour (colour runs last, it would change the border).
  Status Pad(const std::array<int32_t, 4>& padding, const std::array<double, 3>& color,
             PaddingMode mode);
  void Resize(int32_t h, int32_t w, Interpolation filter, bool antialias);
  // A crop that may reach outside, where it is black.
  Status CropPadded(int32_t top, int32_t left, int32_t h, int32_t w);
  // E_PIPELINE_UNSUPPORTED when the plan has no room for one more.
  Status Color(ColorStepKind kind, double factor);
  Status Color(const ColorStep& step);
};

}  // namespace saker

#endif  // SAKER_OPS_CORE_PLAN_BUILDER_H_
