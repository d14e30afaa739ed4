// RandomPhotometricDistort (SSD's augmentation, as torchvision has it): brightness, contrast,
// saturation, hue and a permutation of the channels, each with probability p; contrast stands
// behind brightness or behind hue, equally likely. 12 words always: a choice and a factor for each
// of the four, the place of contrast, then the permutation's choice and order.
#ifndef SAKER_OPS_RANDOM_PHOTOMETRIC_DISTORT_RANDOM_PHOTOMETRIC_DISTORT_H_
#define SAKER_OPS_RANDOM_PHOTOMETRIC_DISTORT_RANDOM_PHOTOMETRIC_DISTORT_H_

#include <array>
#include <cstdint>
#include <utility>

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"
#include "ops/color_jitter/color_jitter_steps.h"
#include "ops/permute_channels/permute_channels_steps.h"

namespace saker {

inline Status CheckOp(const RandomPhotometricDistortParams&, ProgramWalk* walk) {
  return walk->AddSteps("RandomPhotometricDistort", 5);
}

inline Status PlanOp(const RandomPhotometricDistortParams& params, RandomStream* random,
                     PlanBuilder* plan) {
  const std::array<double, 2> ranges[4] = {params.brightness, params.contrast, params.saturation,
                                           params.hue};
  std::array<bool, 4> on{};
  std::array<double, 4> factors{};
  for (size_t i = 0; i < 4; ++i) {
    on[i] = random->Uniform() < params.p;
    factors[i] = random->Uniform(ranges[i][0], ranges[i][1]);
  }
  const bool contrast_first = random->Uniform() < 0.5;
  const std::array<size_t, 4> order =
      contrast_first ? std::array<size_t, 4>{{0, 1, 2, 3}} : std::array<size_t, 4>{{0, 2, 3, 1}};
  for (const size_t i : order) {
    if (on[i]) SAKER_RETURN_IF_ERROR(plan->Add(JitterStep(i, factors[i])));
  }
  const bool permute = random->Uniform() < params.p;
  PermuteStep step;
  for (uint32_t i = 2; i > 0; --i)
    std::swap(step.permutation[i], step.permutation[random->Below(i + 1)]);
  return permute ? plan->Add(step) : OkStatus();
}

}  // namespace saker

#endif  // SAKER_OPS_RANDOM_PHOTOMETRIC_DISTORT_RANDOM_PHOTOMETRIC_DISTORT_H_
