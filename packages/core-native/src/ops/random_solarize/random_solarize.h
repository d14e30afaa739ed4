// RandomSolarize: 255 - level where level >= threshold, with probability p (Pillow
// ImageOps.solarize). One word.
#ifndef SAKER_OPS_RANDOM_SOLARIZE_RANDOM_SOLARIZE_H_
#define SAKER_OPS_RANDOM_SOLARIZE_RANDOM_SOLARIZE_H_

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/level_table.h"
#include "ops/core/plan_builder.h"

namespace saker {

inline Status PlanOp(const RandomSolarizeParams& params, RandomStream* random, PlanBuilder* plan) {
  if (random->Uniform() < params.p) {
    return plan->Color(ColorStepKind::kSolarize, params.threshold);
  }
  return OkStatus();
}

// The table of a kSolarize step.
inline void SolarizeTable(const ColorStep& step, LevelTable* table) {
  FillLevels([&step](int level) { return level < step.factor ? level : 255 - level; }, table);
}

}  // namespace saker

#endif  // SAKER_OPS_RANDOM_SOLARIZE_RANDOM_SOLARIZE_H_
