// RandomErasing (Zhong, Zheng, Kang, Li, Yang: "Random Erasing Data Augmentation", AAAI 2020): with
// probability p fills a box of random area and aspect ratio; boxes as torchvision draws them: ten
// tries, each of which must be smaller than the picture on both axes, else nothing is erased.
// `random` is the paper's: every value uniform on 0..255, a function of (key, x, y).
// 43 words always: the choice, the noise key, and four a try.
#ifndef SAKER_OPS_RANDOM_ERASING_RANDOM_ERASING_H_
#define SAKER_OPS_RANDOM_ERASING_RANDOM_ERASING_H_

#include <cmath>
#include <cstdint>

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"
#include "ops/random_erasing/random_erasing_steps.h"

namespace saker {

inline Status CheckOp(const RandomErasingParams& params, ProgramWalk* walk) {
  if (params.value.kind == EraseKind::kMean) walk->erases_mean = true;
  return walk->AddSteps("RandomErasing", 1, PassKind::kPlaced);
}

inline Status PlanOp(const RandomErasingParams& params, RandomStream* random, PlanBuilder* plan) {
  const bool on = random->Uniform() < params.p;
  EraseStep step;
  step.value = params.value.kind;
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
    return on && !empty ? plan->Add(step) : OkStatus();
  }
  return OkStatus();
}

}  // namespace saker

#endif  // SAKER_OPS_RANDOM_ERASING_RANDOM_ERASING_H_
