// PipelineProgram: a PipelineSpec as C++ sees it. Compiled once, then shared by all threads, never
// changed.
#ifndef SAKER_PLAN_PROGRAM_H_
#define SAKER_PLAN_PROGRAM_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/status.h"
#include "gen/batch_ops.h"
#include "gen/op_params.h"

namespace saker {

enum class DctScaling : uint8_t { kOff, kAuto };
enum class OutputDtype : uint8_t { kF32, kU8, kF16, kBf16 };
enum class OutputLayout : uint8_t { kNchw, kNhwc };

inline constexpr size_t ElementBytes(OutputDtype dtype) {
  return dtype == OutputDtype::kF32 ? 4 : dtype == OutputDtype::kU8 ? 1 : 2;
}

// Pixels of one output picture; more is a mistake rather than a wish (Pillow's bomb limit for
// inputs).
inline constexpr int64_t kMaxOutputPixels = 89478485;

// One step of the batch stage: one of `choices`, all of one mode, drawn by its weight. Only the
// loader runs them, on f32 output.
struct BatchStep {
  std::vector<BatchOpParams> choices;
  std::vector<double> weights;  // relative; one for each choice
};

struct PipelineProgram {
  // Every field filled, in pre-order: an op stands before those it holds, and these before its
  // successor. An op's position keys its random numbers.
  std::vector<OpParams> ops;
  std::vector<BatchStep> batch;
  DctScaling dct_scaling = DctScaling::kOff;
  OutputDtype dtype = OutputDtype::kF32;
  OutputLayout layout = OutputLayout::kNchw;
  int32_t channels = 3;  // of the output: 1 or 3

  // Set by CompileProgram: the size every output has, 0 x 0 when it depends on the picture (then
  // batches are refused and runImage asks the plan).
  int32_t height = 0;
  int32_t width = 0;

  // Also: pictures made of each picture (FiveCrop: 5), one after the other in the output.
  int32_t views = 1;

  bool fixed_size() const { return height > 0; }
  size_t element_bytes() const { return ElementBytes(dtype); }
  // Bytes of one sample, all views; 0 when the size depends on the picture.
  size_t item_bytes() const {
    return static_cast<size_t>(views) * static_cast<size_t>(height) * static_cast<size_t>(width) *
           static_cast<size_t>(channels) * element_bytes();
  }
};

// Checks what the schema cannot and fills in height, width and views.
// Errors: E_PIPELINE_UNSUPPORTED: u8 output after Normalize; a channel count that Normalize or the
// output can't have; a pixel step or a constant pad after Normalize; more than a plan holds.
Status CompileProgram(PipelineProgram* program);

}  // namespace saker

#endif  // SAKER_PLAN_PROGRAM_H_
