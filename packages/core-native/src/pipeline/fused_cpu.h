// The fused CPU executor's inside: what Execute hands to the SIMD code. Use pipeline/executor.h.
#ifndef SAKER_PIPELINE_FUSED_CPU_H_
#define SAKER_PIPELINE_FUSED_CPU_H_

#include <vector>

#include "base/aligned_buffer.h"
#include "ops/core/planar_picture.h"
#include "ops/core/step_state.h"
#include "pipeline/executor.h"
#include "pipeline/resample_scratch.h"

namespace saker {

struct ExecutorScratch::Impl {
  ResampleScratch resample;
  std::vector<StepState> states;  // one for each step; never shrinks
  PictureArena arena;             // of the picture steps
  AlignedBuffer pictures[2];      // the picture of a pass, and of the pass before
  AlignedBuffer interleaved;      // one output row
};

// Runs the fused executor. `image` and `out` were checked against the plan. Errors: E_MEMORY, and
// those of picture steps.
Status ExecuteFused(const SamplePlan& plan, const DecodedImage& image, ExecutorScratch* scratch,
                    const OutputView& out);

}  // namespace saker

#endif  // SAKER_PIPELINE_FUSED_CPU_H_
