// SamplePlan: all that is decided about one sample before a pixel is touched. Plain data, trivially
// copyable.
//
// How one picture runs (the loader's loop; each thread has its own DecodeScratch and
// ExecutorScratch):
//   Probe(bytes, limits, &info)
//   MakePlan(program, info, key, &plan)
//   Decode(bytes, info, plan.decode, &decode_scratch, &decoded)
//   OrientImage(&decoded, info.orientation, &decode_scratch)
//   Execute(plan, decoded, &scratch, output)          pipeline/executor.h
// Every random number is drawn in MakePlan. The output is plan.output_bytes() bytes.
#ifndef SAKER_PLAN_PLAN_H_
#define SAKER_PLAN_PLAN_H_

#include <array>
#include <cstdint>
#include <type_traits>

#include "base/image.h"
#include "base/status.h"
#include "codec/codec.h"
#include "ops/core/axis_chain.h"
#include "ops/core/pixel_step.h"
#include "ops/resample/resample_steps.h"
#include "plan/program.h"

namespace saker {

// What a sample's randomness is a function of.
struct SampleKey {
  uint64_t seed = 0;
  uint32_t epoch = 0;
  uint32_t sample_id = 0;
};

struct SamplePlan {
  // Region in stored full-resolution pixels and DCT scale, for Decode.
  DecodeRequest decode;

  // The same region in pixels of the upright scaled picture: what the executor may read.
  Rect source;

  // The first picture: column = x applied to upright scaled columns; rows likewise. Its size is
  // (y.size(), x.size()).
  AxisChain x, y;

  // Colour of constant pads, 0..255; a pixel is (weighted source) + fill * (1 - weight
  // inside).
  bool has_fill = false;
  std::array<float, 3> fill{};

  // Applied in order to the picture, f32 RGB of 0..255, each clamped to that range.
  PixelSteps steps;
  Resamplings resamples;  // of the ResampleSteps

  // Last: value * scale[c] + bias[c], on 0..255 values. Identity for u8 output.
  std::array<float, 3> scale{{1, 1, 1}};
  std::array<float, 3> bias{};

  OutputDtype dtype = OutputDtype::kF32;
  OutputLayout layout = OutputLayout::kNchw;
  int32_t channels = 3;  // 1: luma of the RGB (equal channels give themselves)

  int32_t width() const { return steps.size() > 0 ? steps[steps.size() - 1].width : x.size(); }
  int32_t height() const { return steps.size() > 0 ? steps[steps.size() - 1].height : y.size(); }
  size_t output_bytes() const {
    const size_t pixels = static_cast<size_t>(width()) * static_cast<size_t>(height());
    return pixels * static_cast<size_t>(channels) * ElementBytes(dtype);
  }
};
static_assert(std::is_trivially_copyable_v<SamplePlan>);

// Plans one view of one sample; every view draws the same. Thread-safe; allocates only for error texts.
// Errors: E_IMAGE_TOO_SMALL (a crop that does not fit), E_IMAGE_TOO_LARGE (more pixels than
// kMaxOutputPixels on the way), E_PIPELINE_UNSUPPORTED (more than a plan holds).
Status MakePlan(const PipelineProgram& program, const ImageInfo& info, const SampleKey& key,
                SamplePlan* plan, int32_t view = 0);

}  // namespace saker

#endif  // SAKER_PLAN_PLAN_H_
