// RandomErasing (Zhong, Zheng, Kang, Li, Yang: "Random Erasing Data Augmentation", AAAI 2020): with
// probability p fills a box of random area and aspect ratio; boxes as torchvision draws them: ten
// tries, each of which must be smaller than the picture on both axes, else nothing is erased.
// `random` is the paper's: every value uniform on 0..255, a function of (key, x, y).
// 43 words always: the choice, the noise key, and four a try.
#ifndef SAKER_OPS_RANDOM_ERASING_RANDOM_ERASING_H_
#define SAKER_OPS_RANDOM_ERASING_RANDOM_ERASING_H_

#include <array>
#include <cmath>
#include <cstdint>

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"

namespace saker {

inline Status PlanOp(const RandomErasingParams& params, RandomStream* random, PlanBuilder* plan) {
  const bool on = random->Uniform() < params.p;
  ColorStep step;
  step.kind = ColorStepKind::kErase;
  step.erase = params.value.kind;
  for (size_t c = 0; c < 3; ++c) step.color[c] = static_cast<float>(params.value.color[c]);
  step.noise = {random->NextWord(), random->NextWord()};
  const int32_t width = plan->width(), height = plan->height();
  const double area = static_cast<double>(width) * height;
  const double log_low = std::log(params.ratio[0]), log_high = std::log(params.ratio[1]);
  for (int attempt = 0; attempt < 10; ++attempt) {
    const double target = area * random->Uniform(params.scale[0], params.scale[1]);
    const double ratio = std::exp(random->Uniform(log_low, log_high));
    const double h = std::nearbyint(std::sqrt(target * ratio));
    const double w = std::nearbyint(std::sqrt(target / ratio));
    if (h >= height || w >= width) {
      // A failed try uses up its words of place, so that a try's words depend on its number only.
      random->NextWord();
      random->NextWord();
      continue;
    }
    step.box.height = static_cast<int>(h);
    step.box.width = static_cast<int>(w);
    step.box.y =
        static_cast<int>(random->Below(static_cast<uint32_t>(height - step.box.height + 1)));
    step.box.x = static_cast<int>(random->Below(static_cast<uint32_t>(width - step.box.width + 1)));
    const bool empty = step.box.height == 0 || step.box.width == 0;
    return on && !empty ? plan->Color(step) : OkStatus();
  }
  return OkStatus();
}

// What stands at (x, y) of the output inside the box of a kErase step.
inline std::array<float, 3> ErasedPixel(const ColorStep& step, int32_t x, int32_t y) {
  if (step.erase != EraseKind::kRandom) return step.color;
  const PhiloxBlock block = Philox4x32({static_cast<uint32_t>(x), static_cast<uint32_t>(y), 0, 0},
                                       step.noise[0], step.noise[1]);
  const auto level = [](uint32_t word) {
    return static_cast<float>(word >> 8) * (255.0f / 16777216.0f);
  };
  return {level(block[0]), level(block[1]), level(block[2])};
}

}  // namespace saker

#endif  // SAKER_OPS_RANDOM_ERASING_RANDOM_ERASING_H_
