// Test helper: pipelines over pictures made in memory, without a codec.
#ifndef SAKER_TESTING_RUN_PROGRAM_H_
#define SAKER_TESTING_RUN_PROGRAM_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "pipeline/executor.h"
#include "plan/plan.h"

namespace saker {
namespace testing_support {

// A picture of u8 pixels, HWC.
struct Picture {
  int width = 0;
  int height = 0;
  int channels = 3;
  std::vector<uint8_t> pixels;

  ImageInfo info() const;
  DecodedImage decoded() const;
  int at(int y, int x, int c) const {
    return pixels[(static_cast<size_t>(y) * width + x) * channels + c];
  }
};

// Pixels of a fixed generator: noise, so that every weight matters.
Picture NoisePicture(int width, int height, int channels = 3, uint32_t seed = 1);

// Compiles `program` and plans it for `picture`; a failure is a test failure.
SamplePlan PlanFor(PipelineProgram program, const Picture& picture, const SampleKey& key = {},
                   int32_t view = 0);

// Output values as floats, whatever the dtype. Guards around the output are checked.
std::vector<float> RunPlanOn(const SamplePlan& plan, const Picture& picture, ExecutorKind kind);

// What a 16-bit float with `fraction` bits of fraction stands for; infinity also for NaN.
float SmallFloatValue(uint16_t bits, int fraction);

// Runs `body` once on every SIMD target of this machine.
void ForEachSimdTarget(const std::function<void()>& body);

// A program of `ops` with u8 NHWC output, and its reference output on `picture`.
PipelineProgram BytesProgram(std::vector<OpParams> ops);
std::vector<float> RunBytes(std::vector<OpParams> ops, const Picture& picture,
                            ExecutorKind kind = ExecutorKind::kReference);

// Short forms of parameters.
ResizeParams ResizeTo(int h, int w, Interpolation filter = Interpolation::kBilinear,
                      bool antialias = true);
ResizeParams ResizeShort(int n, Interpolation filter = Interpolation::kBilinear);
CenterCropParams CenterCropTo(int h, int w);
PadParams PadBy(int left, int top, int right, int bottom, PaddingMode mode, double fill = 0);

}  // namespace testing_support
}  // namespace saker

#endif  // SAKER_TESTING_RUN_PROGRAM_H_
