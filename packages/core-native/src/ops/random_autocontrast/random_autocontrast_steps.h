// Stretches the levels of every channel to 0..255.
#ifndef SAKER_OPS_RANDOM_AUTOCONTRAST_RANDOM_AUTOCONTRAST_STEPS_H_
#define SAKER_OPS_RANDOM_AUTOCONTRAST_RANDOM_AUTOCONTRAST_STEPS_H_

#include <algorithm>

#include "ops/core/level_table.h"
#include "ops/core/pixel_step.h"

namespace saker {

struct AutocontrastStep {
  static constexpr StepKind kKind = StepKind::kAutocontrast;
  static constexpr const char* kName = "autocontrast";
  static constexpr PassKind kPass = PassKind::kHistogram;

  template <class V>
  void VisitFields(V&&) const {}
};

// Pillow's own order of operations, so that truncation agrees.
inline void FillTable(const AutocontrastStep&, const LevelHistogram& histogram, LevelTable* table) {
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

#endif  // SAKER_OPS_RANDOM_AUTOCONTRAST_RANDOM_AUTOCONTRAST_STEPS_H_
