#include <gtest/gtest.h>

#include <utility>

#include "testing/run_program.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

RandomAdjustSharpnessParams Factor(double factor) {
  RandomAdjustSharpnessParams p;
  p.sharpness_factor = factor;
  p.p = 1;
  return p;
}

TEST(RandomAdjustSharpness, SmoothsWithTheKernelOfPillowAndKeepsTheBorder) {
  // One bright pixel on black: 5/13 and 1/13 of 255, rounded.
  Picture in{5, 5, 1, std::vector<uint8_t>(25)};
  in.pixels[12] = 255;
  for (const ExecutorKind kind : {ExecutorKind::kReference, ExecutorKind::kFused}) {
    const std::vector<float> out = RunBytes({Factor(0)}, in, kind);
    for (int y = 0; y < 5; ++y) {
      for (int x = 0; x < 5; ++x) {
        const bool near = y > 0 && y < 4 && x > 0 && x < 4;
        const int want = y == 2 && x == 2 ? 98 : near ? 20 : 0;
        ASSERT_EQ(out[(y * 5 + x) * 3], want) << y << "," << x;
      }
    }
    // 98 + 2 (255 - 98) is above the range, 20 + 2 (0 - 20) below.
    EXPECT_EQ(RunBytes({Factor(2)}, in, kind)[12 * 3], 255);
    EXPECT_EQ(RunBytes({Factor(2)}, in, kind)[11 * 3], 0);
    // 98 + 0.5 (255 - 98) = 176.5 is truncated.
    EXPECT_EQ(RunBytes({Factor(0.5)}, in, kind)[12 * 3], 176);
  }
}

TEST(RandomAdjustSharpness, LeavesAThinPictureAndFactorOneAsTheyAre) {
  for (const ExecutorKind kind : {ExecutorKind::kReference, ExecutorKind::kFused}) {
    for (const auto& [w, h] : {std::pair(1, 1), {2, 9}, {40, 2}}) {
      const Picture in = NoisePicture(w, h);
      EXPECT_EQ(RunBytes({Factor(0)}, in, kind),
                std::vector<float>(in.pixels.begin(), in.pixels.end()));
    }
    const Picture in = NoisePicture(35, 21);
    EXPECT_EQ(RunBytes({Factor(1)}, in, kind),
              std::vector<float>(in.pixels.begin(), in.pixels.end()));
  }
}

}  // namespace
}  // namespace saker
