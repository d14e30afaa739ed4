// 255 - in.
#ifndef SAKER_OPS_RANDOM_INVERT_RANDOM_INVERT_STEPS_H_
#define SAKER_OPS_RANDOM_INVERT_RANDOM_INVERT_STEPS_H_

#include "ops/core/pixel_step.h"

namespace saker {

struct InvertStep {
  static constexpr StepKind kKind = StepKind::kInvert;
  static constexpr const char* kName = "invert";
  static constexpr PassKind kPass = PassKind::kPointwise;

  template <class V>
  void VisitFields(V&&) const {}
};

}  // namespace saker

#endif  // SAKER_OPS_RANDOM_INVERT_RANDOM_INVERT_STEPS_H_
