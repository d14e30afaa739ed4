// Erase: fills a given box, cut off at the borders of the picture (torchvision functional erase).
// `random`: every value uniform on 0..255, a function of (key, x, y). 2 words: the noise key.
#ifndef SAKER_OPS_ERASE_ERASE_H_
#define SAKER_OPS_ERASE_ERASE_H_

#include <algorithm>
#include <cstdint>

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"
#include "ops/random_erasing/random_erasing_steps.h"

namespace saker {

inline Status CheckOp(const EraseParams& params, ProgramWalk* walk) {
  if (params.value.kind == EraseKind::kMean) walk->erases_mean = true;
  return walk->AddSteps("Erase", 1, PassKind::kPlaced);
}

inline Status PlanOp(const EraseParams& params, RandomStream* random, PlanBuilder* plan) {
  EraseStep step;
  step.value = params.value.kind;
  for (size_t c = 0; c < 3; ++c) step.color[c] = static_cast<float>(params.value.color[c]);
  step.noise = {random->NextWord(), random->NextWord()};
  const int32_t bottom = std::min(params.top + params.height, plan->height());
  const int32_t right = std::min(params.left + params.width, plan->width());
  step.box.y = std::max(params.top, 0);
  step.box.x = std::max(params.left, 0);
  step.box.height = bottom - step.box.y;
  step.box.width = right - step.box.x;
  const bool empty = step.box.height <= 0 || step.box.width <= 0;
  return empty ? OkStatus() : plan->Add(step);
}

}  // namespace saker

#endif  // SAKER_OPS_ERASE_ERASE_H_
