// PipelineProgram: a PipelineSpec as C++ sees it. Compiled once, then shared by all threads, never
// changed.
#ifndef SAKER_PLAN_PROGRAM_H_
#define SAKER_PLAN_PROGRAM_H_

#include <cstdint>
#include <vector>

#include "base/status.h"
#include "gen/op_params.h"

namespace saker {

enum class DctScaling : uint8_t { kOff, kAuto };
enum class OutputDtype : uint8_t { kF32, kU8 };
enum class OutputLayout : uint8_t { kNchw, kNhwc };

// Pixels of one output picture; more is a mistake rather than a wish (Pillow's bomb limit for
// inputs).
inline constexpr int64_t kMaxOutputPixels = 89478485;

struct PipelineProgram {
  // Every field filled, in pre-order: an op stands before those it holds, and these before its
  // successor. An op's position keys its random numbers.
  std::vector<OpParams> ops;
  DctScaling dct_scaling = DctScaling::kOff;
  OutputDtype dtype = OutputDtype::kF32;
  OutputLayout layout = OutputLayout::kNchw;
  int32_t channels = 3;  // of the output: 1 or 3

  // Set by CompileProgram: the size every output has, 0 x 0 when it depends on the picture (then
  // batches are refused and runImage asks the plan).
  int32_t height = 0;
  int32_t width = 0;

  bool fixed_size() const { return height > 0; }
  size_t element_bytes() const { return dtype == OutputDtype::kF32 ? 4 : 1; }
};

// Checks what the schema cannot and fills in height and width.
// Errors: E_PIPELINE_UNSUPPORTED: u8 output after Normalize; a channel count that Normalize or the
// output can't have; a pixel step or a constant pad after Normalize; more than a plan holds.
Status CompileProgram(PipelineProgram* program);

}  // namespace saker

#endif  // SAKER_PLAN_PROGRAM_H_
