// Two steps that blend chains of steps: MixStart keeps the picture, and each MixAdd behind a chain
// adds what the chain made of it to a sum and goes back to the picture kept, until the last one
// leaves the blend.
#ifndef SAKER_OPS_AUG_MIX_AUG_MIX_STEPS_H_
#define SAKER_OPS_AUG_MIX_AUG_MIX_STEPS_H_

#include "ops/core/pixel_step.h"

namespace saker {

// Numbers of the pictures that are kept.
inline constexpr int kMixOriginal = 0;
inline constexpr int kMixSum = 1;

struct MixStartStep {
  static constexpr StepKind kKind = StepKind::kMixStart;
  static constexpr const char* kName = "mixStart";
  static constexpr PassKind kPass = PassKind::kPicture;

  float weight = 1;  // of the picture itself: sum = weight * in

  template <class V>
  void VisitFields(V&& visit) const {
    visit("weight", weight);
  }
};

struct MixAddStep {
  static constexpr StepKind kKind = StepKind::kMixAdd;
  static constexpr const char* kName = "mixAdd";
  static constexpr PassKind kPass = PassKind::kPicture;

  float weight = 0;  // of the chain: sum += weight * in
  bool last = false;  // out = sum, clamped; else out = the picture kept

  template <class V>
  void VisitFields(V&& visit) const {
    visit("weight", weight);
    visit("last", last);
  }
};

}  // namespace saker

#endif  // SAKER_OPS_AUG_MIX_AUG_MIX_STEPS_H_
