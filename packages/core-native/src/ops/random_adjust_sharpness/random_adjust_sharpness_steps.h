// Blend with the smoothed picture. Formula: random_adjust_sharpness.h.
#ifndef SAKER_OPS_RANDOM_ADJUST_SHARPNESS_RANDOM_ADJUST_SHARPNESS_STEPS_H_
#define SAKER_OPS_RANDOM_ADJUST_SHARPNESS_RANDOM_ADJUST_SHARPNESS_STEPS_H_

#include "ops/core/pixel_step.h"
#include "ops/core/step_state.h"

namespace saker {

struct SharpnessStep {
  static constexpr StepKind kKind = StepKind::kSharpness;
  static constexpr const char* kName = "sharpness";
  static constexpr PassKind kPass = PassKind::kNeighbours;

  float factor = 1;

  template <class V>
  void VisitFields(V&& visit) const {
    visit("factor", factor);
  }
};

inline void Prepare(const SharpnessStep&, int32_t, StepState*) {}

}  // namespace saker

#endif  // SAKER_OPS_RANDOM_ADJUST_SHARPNESS_RANDOM_ADJUST_SHARPNESS_STEPS_H_
