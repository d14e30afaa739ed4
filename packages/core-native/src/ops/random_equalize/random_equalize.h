// RandomEqualize: flattens the histogram of every channel with probability p (Pillow
// ImageOps.equalize). The histogram is that of the picture after the geometry and the steps before.
// One word.
#ifndef SAKER_OPS_RANDOM_EQUALIZE_RANDOM_EQUALIZE_H_
#define SAKER_OPS_RANDOM_EQUALIZE_RANDOM_EQUALIZE_H_

#include <algorithm>
#include <cstdint>

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/level_table.h"
#include "ops/core/plan_builder.h"

namespace saker {

inline Status PlanOp(const RandomEqualizeParams& params, RandomStream* random, PlanBuilder* plan) {
  if (random->Uniform() < params.p) {
    return plan->Color(ColorStepKind::kEqualize, 1);
  }
  return OkStatus();
}

// The table of a kEqualize step.
inline void EqualizeTable(const LevelHistogram& histogram, LevelTable* table) {
  for (size_t c = 0; c < 3; ++c) {
    const auto& count = histogram.count[c];
    int64_t total = 0, highest = 0;
    for (const uint32_t n : count) {
      total += n;
      if (n > 0) highest = n;
    }
    const int64_t step = (total - highest) / 255;
    int64_t below = step / 2;
    for (size_t i = 0; i < 256; ++i) {
      // Too few pixels to spread: Pillow leaves the channel alone.
      const int64_t level = step == 0 ? static_cast<int64_t>(i) : below / step;
      table->value[c][i] = static_cast<float>(std::min<int64_t>(level, 255));
      below += count[i];
    }
  }
}

}  // namespace saker

#endif  // SAKER_OPS_RANDOM_EQUALIZE_RANDOM_EQUALIZE_H_
