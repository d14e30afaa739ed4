// StepState: what a run keeps for one step: tables, weights, and the statistics of the picture.
#ifndef SAKER_OPS_CORE_STEP_STATE_H_
#define SAKER_OPS_CORE_STEP_STATE_H_

#include <array>
#include <cstdint>
#include <vector>

#include "ops/core/level_table.h"

namespace saker {

// kStatistic: sums over all pixels, gathered row by row, and how many pixels there are.
struct StepSums {
  std::array<double, 6> sum{};
  double pixels = 0;
};

struct StepState {
  StepSums sums;
  LevelHistogram histogram;     // kHistogram: gathered; then the table
  LevelTable table;             // kTable, kHistogram
  std::vector<float> along[2];  // kNeighbours: e.g. weights along x and y
  std::vector<float> line;      // kNeighbours: e.g. one row with a border
};

}  // namespace saker

#endif  // SAKER_OPS_CORE_STEP_STATE_H_
