// A power of every level. Formula: adjust_gamma.h.
#ifndef SAKER_OPS_ADJUST_GAMMA_ADJUST_GAMMA_STEPS_H_
#define SAKER_OPS_ADJUST_GAMMA_ADJUST_GAMMA_STEPS_H_

#include <algorithm>
#include <cmath>

#include "ops/core/level_table.h"
#include "ops/core/pixel_step.h"

namespace saker {

struct GammaStep {
  static constexpr StepKind kKind = StepKind::kGamma;
  static constexpr const char* kName = "gamma";
  static constexpr PassKind kPass = PassKind::kTable;

  double gamma = 1;
  double gain = 1;

  template <class V>
  void VisitFields(V&& visit) const {
    visit("factor", gamma);
    visit("gain", gain);
  }
};

inline void FillTable(const GammaStep& step, LevelTable* table) {
  FillLevels(
      [&step](int level) {
        const double value = (255 + 1 - 1e-3) * step.gain * std::pow(level / 255.0, step.gamma);
        return std::min(255.0, std::floor(value));
      },
      table);
}

}  // namespace saker

#endif  // SAKER_OPS_ADJUST_GAMMA_ADJUST_GAMMA_STEPS_H_
