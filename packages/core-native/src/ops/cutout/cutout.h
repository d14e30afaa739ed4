// Cutout (DeVries and Taylor, "Improved Regularization of Convolutional Neural Networks with
// Cutout", 2017): squares around centres that are uniform over all pixels, so that they may reach
// over the border, where they are cut off. The paper fills after normalising, with 0: value mean.
// 19 words always: the choice, the noise key, and two for each of up to 8 centres.
#ifndef SAKER_OPS_CUTOUT_CUTOUT_H_
#define SAKER_OPS_CUTOUT_CUTOUT_H_

#include <algorithm>
#include <cstdint>

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"
#include "ops/random_erasing/random_erasing_steps.h"

namespace saker {

inline Status CheckOp(const CutoutParams& params, ProgramWalk* walk) {
  if (params.value.kind == EraseKind::kMean) walk->erases_mean = true;
  return walk->AddSteps("Cutout", params.n_holes, PassKind::kPlaced);
}

inline Status PlanOp(const CutoutParams& params, RandomStream* random, PlanBuilder* plan) {
  constexpr int32_t kMaxHoles = 8;
  const bool on = random->Uniform() < params.p;
  EraseStep step;
  step.value = params.value.kind;
  for (size_t c = 0; c < 3; ++c) step.color[c] = static_cast<float>(params.value.color[c]);
  step.noise = {random->NextWord(), random->NextWord()};
  const int32_t width = plan->width(), height = plan->height();
  for (int32_t hole = 0; hole < kMaxHoles; ++hole) {
    const auto y = static_cast<int32_t>(random->Below(static_cast<uint32_t>(height)));
    const auto x = static_cast<int32_t>(random->Below(static_cast<uint32_t>(width)));
    if (!on || hole >= params.n_holes) continue;
    const int32_t top = y - params.length / 2, left = x - params.length / 2;
    step.box.y = std::max(top, 0);
    step.box.x = std::max(left, 0);
    step.box.height = std::min(top + params.length, height) - step.box.y;
    step.box.width = std::min(left + params.length, width) - step.box.x;
    SAKER_RETURN_IF_ERROR(plan->Add(step));
  }
  return OkStatus();
}

}  // namespace saker

#endif  // SAKER_OPS_CUTOUT_CUTOUT_H_
