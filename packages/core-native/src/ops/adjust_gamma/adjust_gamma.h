// AdjustGamma: min(255, floor(255.999 gain (level / 255)^gamma)), the table of torchvision
// adjust_gamma for PIL images. Nothing is drawn.
#ifndef SAKER_OPS_ADJUST_GAMMA_ADJUST_GAMMA_H_
#define SAKER_OPS_ADJUST_GAMMA_ADJUST_GAMMA_H_

#include <algorithm>
#include <cmath>

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/level_table.h"
#include "ops/core/plan_builder.h"

namespace saker {

inline Status PlanOp(const AdjustGammaParams& params, RandomStream*, PlanBuilder* plan) {
  ColorStep step;
  step.kind = ColorStepKind::kGamma;
  step.factor = params.gamma;
  step.gain = params.gain;
  return plan->Color(step);
}

// The table of a kGamma step.
inline void GammaTable(const ColorStep& step, LevelTable* table) {
  FillLevels(
      [&step](int level) {
        const double value = (255 + 1 - 1e-3) * step.gain * std::pow(level / 255.0, step.factor);
        return std::min(255.0, std::floor(value));
      },
      table);
}

}  // namespace saker

#endif  // SAKER_OPS_ADJUST_GAMMA_ADJUST_GAMMA_H_
