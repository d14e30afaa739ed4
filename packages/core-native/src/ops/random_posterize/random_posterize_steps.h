// Keeps the highest bits of every level.
#ifndef SAKER_OPS_RANDOM_POSTERIZE_RANDOM_POSTERIZE_STEPS_H_
#define SAKER_OPS_RANDOM_POSTERIZE_RANDOM_POSTERIZE_STEPS_H_

#include "ops/core/level_table.h"
#include "ops/core/pixel_step.h"

namespace saker {

struct PosterizeStep {
  static constexpr StepKind kKind = StepKind::kPosterize;
  static constexpr const char* kName = "posterize";
  static constexpr PassKind kPass = PassKind::kTable;

  int32_t bits = 8;

  template <class V>
  void VisitFields(V&& visit) const {
    visit("factor", bits);
  }
};

inline void FillTable(const PosterizeStep& step, LevelTable* table) {
  const int dropped = 8 - step.bits;
  FillLevels([dropped](int level) { return level >> dropped << dropped; }, table);
}

}  // namespace saker

#endif  // SAKER_OPS_RANDOM_POSTERIZE_RANDOM_POSTERIZE_STEPS_H_
