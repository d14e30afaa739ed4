// RandomPosterize: keeps the highest `bits` bits of every level with probability p (Pillow
// ImageOps.posterize). One word.
#ifndef SAKER_OPS_RANDOM_POSTERIZE_RANDOM_POSTERIZE_H_
#define SAKER_OPS_RANDOM_POSTERIZE_RANDOM_POSTERIZE_H_

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/level_table.h"
#include "ops/core/plan_builder.h"

namespace saker {

inline Status PlanOp(const RandomPosterizeParams& params, RandomStream* random, PlanBuilder* plan) {
  if (random->Uniform() < params.p) {
    return plan->Color(ColorStepKind::kPosterize, params.bits);
  }
  return OkStatus();
}

// The table of a kPosterize step.
inline void PosterizeTable(const ColorStep& step, LevelTable* table) {
  const int dropped = 8 - static_cast<int>(step.factor);
  FillLevels([dropped](int level) { return level >> dropped << dropped; }, table);
}

}  // namespace saker

#endif  // SAKER_OPS_RANDOM_POSTERIZE_RANDOM_POSTERIZE_H_
