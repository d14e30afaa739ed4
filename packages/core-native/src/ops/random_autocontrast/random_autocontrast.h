// RandomAutocontrast: stretches the levels lo..hi of every channel to 0..255 with probability p
// (Pillow ImageOps.autocontrast, cutoff 0). lo and hi are those of the picture after the geometry
// and the steps before. One word.
#ifndef SAKER_OPS_RANDOM_AUTOCONTRAST_RANDOM_AUTOCONTRAST_H_
#define SAKER_OPS_RANDOM_AUTOCONTRAST_RANDOM_AUTOCONTRAST_H_

#include <algorithm>

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/level_table.h"
#include "ops/core/plan_builder.h"

namespace saker {

inline Status PlanOp(const RandomAutocontrastParams& params, RandomStream* random,
                     PlanBuilder* plan) {
  if (random->Uniform() < params.p) {
    return plan->Color(ColorStepKind::kAutocontrast, 1);
  }
  return OkStatus();
}

// The table of a kAutocontrast step. Pillow's own order of operations, so that truncation agrees.
inline void AutocontrastTable(const LevelHistogram& histogram, LevelTable* table) {
  for (size_t c = 0; c < 3; ++c) {
    const auto& count = histogram.count[c];
    int lo = 0, hi = 255;
    while (lo < 255 && count[static_cast<size_t>(lo)] == 0) ++lo;
    while (hi > 0 && count[static_cast<size_t>(hi)] == 0) --hi;
    const double scale = hi > lo ? 255.0 / (hi - lo) : 1.0;
    const double offset = hi > lo ? -lo * scale : 0.0;
    for (int i = 0; i < 256; ++i) {
      const int level = static_cast<int>(i * scale + offset);
      table->value[c][static_cast<size_t>(i)] = static_cast<float>(std::clamp(level, 0, 255));
    }
  }
}

}  // namespace saker

#endif  // SAKER_OPS_RANDOM_AUTOCONTRAST_RANDOM_AUTOCONTRAST_H_
