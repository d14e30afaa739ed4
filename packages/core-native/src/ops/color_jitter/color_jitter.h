// ColorJitter: brightness, contrast, saturation and hue by random factors, in random order
// (torchvision). With blend(a, b, f) = clamp(f * a + (1 - f) * b), values of 0..255 and L the luma:
//   brightness blend(in, 0, f)    contrast blend(in, mean of L, f)    saturation blend(in, L, f)
//   hue: Pillow's, in HSV of 8 bits a channel: h := h + uint8(255 f) modulo 256
// Pillow does the first three on u8 and rounds the mean of L to a whole level; here nothing is
// rounded. Hue rounds the values to whole levels first and gives whole levels.
// 8 words always: 3 for the order and one that is not used, then the 4 factors.
#ifndef SAKER_OPS_COLOR_JITTER_COLOR_JITTER_H_
#define SAKER_OPS_COLOR_JITTER_COLOR_JITTER_H_

#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"
#include "ops/color_jitter/color_jitter_steps.h"

namespace saker {

inline Status CheckOp(const ColorJitterParams&, ProgramWalk* walk) {
  return walk->AddSteps("ColorJitter", 4);
}

inline Status PlanOp(const ColorJitterParams& params, RandomStream* random, PlanBuilder* plan) {
  std::array<uint8_t, 4> order{{0, 1, 2, 3}};
  for (uint32_t i = 3; i > 0; --i) std::swap(order[i], order[random->Below(i + 1)]);
  random->NextWord();
  const std::optional<std::array<double, 2>> ranges[4] = {params.brightness, params.contrast,
                                                          params.saturation, params.hue};
  std::array<double, 4> factors{};
  for (int i = 0; i < 4; ++i) {
    const double u = random->Uniform();
    if (ranges[i]) factors[i] = (*ranges[i])[0] + ((*ranges[i])[1] - (*ranges[i])[0]) * u;
  }
  for (const uint8_t i : order) {
    if (ranges[i]) SAKER_RETURN_IF_ERROR(plan->Add(JitterStep(i, factors[i])));
  }
  return OkStatus();
}

}  // namespace saker

#endif  // SAKER_OPS_COLOR_JITTER_COLOR_JITTER_H_
