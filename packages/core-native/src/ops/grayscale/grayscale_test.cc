#include <gtest/gtest.h>

#include <cmath>

#include "testing/run_program.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

// Pillow, Convert.c: L = (R * 19595 + G * 38470 + B * 7471 + 0x8000) >> 16, in integers.
int PillowLuma(const Picture& in, int i) {
  return (in.pixels[i * 3] * 19595 + in.pixels[i * 3 + 1] * 38470 + in.pixels[i * 3 + 2] * 7471 +
          0x8000) >>
         16;
}

TEST(Grayscale, EqualsPillowsIntegersOnThreeChannelsAndOne) {
  const Picture in = NoisePicture(64, 64);
  GrayscaleParams p;
  p.num_output_channels = 3;
  const std::vector<float> three = RunBytes({p}, in, ExecutorKind::kFused);
  p.num_output_channels = 1;
  PipelineProgram program = BytesProgram({p});
  program.channels = 1;
  const std::vector<float> one = RunPlanOn(PlanFor(program, in), in, ExecutorKind::kFused);
  ASSERT_EQ(one.size(), 64u * 64);
  for (int i = 0; i < 64 * 64; ++i) {
    ASSERT_EQ(one[i], PillowLuma(in, i));
    for (int c = 0; c < 3; ++c) ASSERT_EQ(three[i * 3 + c], PillowLuma(in, i));
  }
}

TEST(Grayscale, LeavesGreyAsItIs) {
  const Picture in = NoisePicture(9, 9, 1);
  PipelineProgram program = BytesProgram({});
  program.channels = 1;
  EXPECT_EQ(RunPlanOn(PlanFor(program, in), in, ExecutorKind::kFused),
            std::vector<float>(in.pixels.begin(), in.pixels.end()));
}

}  // namespace
}  // namespace saker
