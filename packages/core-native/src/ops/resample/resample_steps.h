// Resample: geometry on the f32 picture, where it could not compose into the map of the source.
#ifndef SAKER_OPS_RESAMPLE_RESAMPLE_STEPS_H_
#define SAKER_OPS_RESAMPLE_RESAMPLE_STEPS_H_

#include <array>
#include <cstdint>

#include "ops/core/axis_chain.h"
#include "ops/core/inline_vec.h"
#include "ops/core/pixel_step.h"

namespace saker {

struct ResampleStep {
  static constexpr StepKind kKind = StepKind::kResample;
  static constexpr const char* kName = "resample";
  static constexpr PassKind kPass = PassKind::kResample;

  int32_t index = 0;  // of the plan's resamples

  template <class V>
  void VisitFields(V&& visit) const {
    visit("index", index);
  }
};

// What a ResampleStep does: as the plan's own chains and fill, on the picture before it.
struct Resampling {
  AxisChain x, y;
  // Where the picture that the step gets begins in the chains' source: the planner cuts what no
  // output needs.
  int32_t in_x = 0, in_y = 0;
  bool has_fill = false;
  std::array<float, 3> fill{};
};

using Resamplings = InlineVec<Resampling, 3>;

}  // namespace saker

#endif  // SAKER_OPS_RESAMPLE_RESAMPLE_STEPS_H_
