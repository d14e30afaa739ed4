// VisitStep: calls a function with a PixelStep as the struct that it holds. Generated from the
// declarations; usable in host and device code.
#ifndef SAKER_OPS_CORE_VISIT_STEP_H_
#define SAKER_OPS_CORE_VISIT_STEP_H_

#include <type_traits>

#include "gen/steps.h"
#include "ops/core/host_device.h"
#include "ops/core/pixel_step.h"

namespace saker {

#define SAKER_X(Name, stem) \
  static_assert(Name##Step::kKind == StepKind::k##Name, #Name "Step has another kKind");
SAKER_FOR_EACH_STEP(SAKER_X)
#undef SAKER_X

template <class F>
SAKER_HOST_DEVICE inline decltype(auto) VisitStep(const PixelStep& step, F&& visit) {
  switch (step.kind) {
#define SAKER_X(Name, stem) \
  case StepKind::k##Name:   \
    return visit(step.Get<Name##Step>());
    SAKER_FOR_EACH_STEP(SAKER_X)
#undef SAKER_X
  }
  // No enumerator is missing above.
  return visit(step.Get<WarpStep>());
}

inline PassKind PassOf(const PixelStep& step) {
  return VisitStep(step, [](const auto& s) { return std::decay_t<decltype(s)>::kPass; });
}

inline const char* StepName(const PixelStep& step) {
  return VisitStep(step, [](const auto& s) { return std::decay_t<decltype(s)>::kName; });
}

}  // namespace saker

#endif  // SAKER_OPS_CORE_VISIT_STEP_H_
