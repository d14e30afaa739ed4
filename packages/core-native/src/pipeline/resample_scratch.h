// ResampleScratch: what resampling one picture needs, kept between pictures of a thread.
#ifndef SAKER_PIPELINE_RESAMPLE_SCRATCH_H_
#define SAKER_PIPELINE_RESAMPLE_SCRATCH_H_

#include <cstdint>
#include <vector>

#include "base/aligned_buffer.h"
#include "plan/axis_table.h"

namespace saker {

struct ResampleScratch {
  AxisScratch axis;
  AxisTable x, y;
  std::vector<int32_t> needed_rows;    // source rows that any output needs, ascending
  std::vector<int32_t> needed_index;   // source row -> index in needed_rows; -1: not needed
  std::vector<int32_t> ring_tags;      // group of needed rows that stands in a ring slot; -1: none
  std::vector<const float*> tap_rows;  // ring rows of one output row
  AlignedBuffer line;                  // source rows, interleaved
  AlignedBuffer ring;
};

// Makes the tables and the lists of needed rows. The reader's picture starts at (origin_x,
// origin_y) of the chains' source and has `rows` rows.
void PrepareResample(const AxisChain& x, const AxisChain& y, int32_t origin_x, int32_t origin_y,
                     int32_t rows, ResampleScratch* scratch);

}  // namespace saker

#endif  // SAKER_PIPELINE_RESAMPLE_SCRATCH_H_
