// The fused CPU executor's inside: what Execute hands to the SIMD code. Use pipeline/executor.h.
#ifndef SAKER_PIPELINE_FUSED_CPU_H_
#define SAKER_PIPELINE_FUSED_CPU_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/aligned_buffer.h"
#include "pipeline/executor.h"
#include "pipeline/step_state.h"
#include "plan/axis_table.h"

namespace saker {

struct ExecutorScratch::Impl {
  AxisScratch axis;
  AxisTable x, y;
  std::vector<int32_t> needed_rows;    // source rows that any output needs, ascending
  std::vector<int32_t> needed_index;   // source row -> index in needed_rows; -1: not needed
  std::vector<int32_t> ring_tags;      // group of needed rows that stands in a ring slot; -1: none
  std::vector<const float*> tap_rows;  // ring rows of one output row
  std::vector<StepState> steps;        // one for each colour step; never shrinks
  AlignedBuffer memory;                // all float and byte buffers of one run
};

// Runs the fused executor. `image` and `out` were checked against the plan. Errors: E_MEMORY.
Status ExecuteFused(const SamplePlan& plan, const DecodedImage& image, ExecutorScratch* scratch,
                    const OutputView& out);

}  // namespace saker

#endif  // SAKER_PIPELINE_FUSED_CPU_H_
