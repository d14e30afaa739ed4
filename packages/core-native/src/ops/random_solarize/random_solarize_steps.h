// Inverts the levels at or above a threshold.
#ifndef SAKER_OPS_RANDOM_SOLARIZE_RANDOM_SOLARIZE_STEPS_H_
#define SAKER_OPS_RANDOM_SOLARIZE_RANDOM_SOLARIZE_STEPS_H_

#include "ops/core/level_table.h"
#include "ops/core/pixel_step.h"

namespace saker {

struct SolarizeStep {
  static constexpr StepKind kKind = StepKind::kSolarize;
  static constexpr const char* kName = "solarize";
  static constexpr PassKind kPass = PassKind::kTable;

  float threshold = 256;

  template <class V>
  void VisitFields(V&& visit) const {
    visit("factor", threshold);
  }
};

inline void FillTable(const SolarizeStep& step, LevelTable* table) {
  FillLevels([&step](int level) { return level < step.threshold ? level : 255 - level; }, table);
}

}  // namespace saker

#endif  // SAKER_OPS_RANDOM_SOLARIZE_RANDOM_SOLARIZE_STEPS_H_
