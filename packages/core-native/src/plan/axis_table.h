// AxisTable: an AxisChain multiplied out, ready for the resampling loops.
#ifndef SAKER_PLAN_AXIS_TABLE_H_
#define SAKER_PLAN_AXIS_TABLE_H_

#include <cstdint>
#include <vector>

#include "ops/core/axis_chain.h"

namespace saker {

// Output o = sum over k < taps of weights[o * taps + k] * source[start[o] + k], plus fill * (1 -
// inside[o]). Taps beyond an output's own window have weight 0; start[o] + taps may pass the end of
// the source, by less than `taps` pixels, so the reader pads its row.
struct AxisTable {
  int32_t size = 0;
  int32_t taps = 0;            // most of any output; at least 1
  std::vector<int32_t> start;  // source pixel, counted from `origin`
  std::vector<int32_t> count;  // pixels of the output's own window; 0: all fill
  std::vector<float> weights;
  std::vector<float> inside;  // sum of the weights; exactly 1 away from borders
};

// Working memory of BuildAxisTable, kept between calls.
struct AxisScratch {
  struct Row {
    int32_t start, count;
    int32_t weights;  // index of the first weight
  };
  std::vector<Row> rows, next_rows;
  std::vector<double> weights, next_weights, taps;
};

// Multiplies `chain` out. `origin` is the source pixel that the reader's row starts with. Weights
// are computed in double and rounded to float once. No allocation once the vectors have grown.
void BuildAxisTable(const AxisChain& chain, int32_t origin, AxisScratch* scratch, AxisTable* table);

}  // namespace saker

#endif  // SAKER_PLAN_AXIS_TABLE_H_
