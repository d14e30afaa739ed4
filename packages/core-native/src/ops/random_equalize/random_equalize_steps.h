// Flattens the histogram of every channel (Pillow, ImageOps.equalize).
#ifndef SAKER_OPS_RANDOM_EQUALIZE_RANDOM_EQUALIZE_STEPS_H_
#define SAKER_OPS_RANDOM_EQUALIZE_RANDOM_EQUALIZE_STEPS_H_

#include <algorithm>
#include <cstdint>

#include "ops/core/level_table.h"
#include "ops/core/pixel_step.h"

namespace saker {

struct EqualizeStep {
  static constexpr StepKind kKind = StepKind::kEqualize;
  static constexpr const char* kName = "equalize";
  static constexpr PassKind kPass = PassKind::kHistogram;

  template <class V>
  void VisitFields(V&&) const {}
};

inline void FillTable(const EqualizeStep&, const LevelHistogram& histogram, LevelTable* table) {
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

#endif  // SAKER_OPS_RANDOM_EQUALIZE_RANDOM_EQUALIZE_STEPS_H_
