// out[c] = in[permutation[c]].
#ifndef SAKER_OPS_PERMUTE_CHANNELS_PERMUTE_CHANNELS_STEPS_H_
#define SAKER_OPS_PERMUTE_CHANNELS_PERMUTE_CHANNELS_STEPS_H_

#include <array>

#include "ops/core/pixel_step.h"

namespace saker {

struct PermuteStep {
  static constexpr StepKind kKind = StepKind::kPermute;
  static constexpr const char* kName = "permute";
  static constexpr PassKind kPass = PassKind::kPointwise;

  std::array<int32_t, 3> permutation{{0, 1, 2}};

  template <class V>
  void VisitFields(V&& visit) const {
    visit("permutation", permutation);
  }
};

}  // namespace saker

#endif  // SAKER_OPS_PERMUTE_CHANNELS_PERMUTE_CHANNELS_STEPS_H_
