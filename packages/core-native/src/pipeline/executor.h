// Executors: run a SamplePlan on decoded pixels. Two, of one signature: the reference (double
// precision, obviously correct, slow) and the fused one (Highway, all SIMD targets in one binary).
//
// What both compute, per output pixel and channel (the fusion contract):
//   h = clamp(sum_x wx * in + fill * (1 - sum wx))      per needed source row, clamped to [0, 255]
//   v = clamp(sum_y wy * h + fill * (1 - sum wy))       clamped to [0, 255]
//   the plan's steps in order (ops/core/pixel_step.h; a Resample does the above to the f32 picture,
//   a Warp is docs/design/0006-warps.md), each clamped to [0, 255]. Statistics (the mean luma of contrast, the
//   levels of autocontrast and equalize) are those of the whole picture as it stands at that step,
//   the mean not rounded. Ops that Pillow defines on u8 round to whole levels first
//   (ops/core/level_table.h).
//   1 channel: 0.299 R + 0.587 G + 0.114 B.  f32: v * scale + bias.  u8: floor(v + 0.5)
//   f16, bf16: the f32 result rounded to nearest, ties to even
// The clamp of h is Pillow's: its pass between the two is u8. Its rounding there is not repeated,
// which is what the "1 level" of the promise pays for.
#ifndef SAKER_PIPELINE_EXECUTOR_H_
#define SAKER_PIPELINE_EXECUTOR_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/status.h"
#include "codec/codec.h"
#include "plan/plan.h"

namespace saker {

// Where the pixels go; at least plan.output_bytes() bytes, no alignment asked (64 is fastest).
struct OutputView {
  void* data = nullptr;
  size_t bytes = 0;
};

// Per-thread memory of the executors; grows to the largest plan seen, then allocates no more.
class ExecutorScratch {
 public:
  ExecutorScratch();
  ~ExecutorScratch();
  ExecutorScratch(const ExecutorScratch&) = delete;
  ExecutorScratch& operator=(const ExecutorScratch&) = delete;

  struct Impl;
  Impl* impl() { return impl_.get(); }

 private:
  std::unique_ptr<Impl> impl_;
};

enum class ExecutorKind : uint8_t { kFused, kReference };

// Runs `plan` on `image`, which is upright (after OrientImage) and holds at least plan.source.
// Errors: E_MEMORY; E_INTERNAL when image or output do not fit the plan.
Status Execute(const SamplePlan& plan, const DecodedImage& image, ExecutorScratch* scratch,
               const OutputView& out, ExecutorKind kind = ExecutorKind::kFused);

// Name of the SIMD target that the fused executor runs on this machine, e.g. "AVX3_ZEN4", and all
// that are both compiled in and supported here, best first.
std::string SimdTarget();
std::vector<std::string> SimdTargets();

}  // namespace saker

#endif  // SAKER_PIPELINE_EXECUTOR_H_
