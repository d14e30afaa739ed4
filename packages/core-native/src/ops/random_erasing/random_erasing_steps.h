// Fills a box with a colour or with noise.
#ifndef SAKER_OPS_RANDOM_ERASING_RANDOM_ERASING_STEPS_H_
#define SAKER_OPS_RANDOM_ERASING_RANDOM_ERASING_STEPS_H_

#include <array>
#include <optional>

#include "base/image.h"
#include "ops/core/erase_value.h"
#include "ops/core/pixel_noise.h"
#include "ops/core/pixel_step.h"

namespace saker {

struct EraseStep {
  static constexpr StepKind kKind = StepKind::kErase;
  static constexpr const char* kName = "erase";
  static constexpr PassKind kPass = PassKind::kPlaced;

  Rect box;
  EraseKind value = EraseKind::kColor;  // kMean only until the plan is complete
  std::array<float, 3> color{};
  NoiseKey noise{};

  template <class V>
  void VisitFields(V&& visit) const {
    std::optional<std::array<float, 3>> filled;
    if (value != EraseKind::kRandom) filled = color;
    visit("box", box);
    visit("color", filled);
  }
};

// What stands at (x, y) inside the box.
SAKER_HOST_DEVICE inline std::array<float, 3> ErasedPixel(const EraseStep& step, int32_t x,
                                                          int32_t y) {
  if (step.value != EraseKind::kRandom) return step.color;
  const PhiloxBlock block = PixelNoise(step.noise, x, y);
  const auto level = [](uint32_t word) {
    return static_cast<float>(word >> 8) * (255.0f / 16777216.0f);
  };
  return {level(block[0]), level(block[1]), level(block[2])};
}

}  // namespace saker

#endif  // SAKER_OPS_RANDOM_ERASING_RANDOM_ERASING_STEPS_H_
