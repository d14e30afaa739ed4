// Luma in all three channels. Formula: grayscale.h.
#ifndef SAKER_OPS_GRAYSCALE_GRAYSCALE_STEPS_H_
#define SAKER_OPS_GRAYSCALE_GRAYSCALE_STEPS_H_

#include "ops/core/pixel_step.h"

namespace saker {

struct GrayscaleStep {
  static constexpr StepKind kKind = StepKind::kGrayscale;
  static constexpr const char* kName = "grayscale";
  static constexpr PassKind kPass = PassKind::kPointwise;

  template <class V>
  void VisitFields(V&&) const {}
};

}  // namespace saker

#endif  // SAKER_OPS_GRAYSCALE_GRAYSCALE_STEPS_H_
