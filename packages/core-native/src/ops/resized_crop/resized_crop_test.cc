#include <gtest/gtest.h>

#include "testing/run_program.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

ResizedCropParams Box(int top, int left, int height, int width, int h, int w) {
  ResizedCropParams p;
  p.top = top;
  p.left = left;
  p.height = height;
  p.width = width;
  p.size.push_back(h);
  p.size.push_back(w);
  p.interpolation = Interpolation::kBilinear;
  p.antialias = true;
  return p;
}

TEST(ResizedCrop, SeesNothingOutsideItsBox) {
  // The box is black, all around it is white.
  Picture in{12, 12, 3, std::vector<uint8_t>(12 * 12 * 3, 255)};
  for (int y = 3; y < 9; ++y) {
    for (int x = 4; x < 10; ++x) {
      for (int c = 0; c < 3; ++c) in.pixels[(y * 12 + x) * 3 + c] = 0;
    }
  }
  for (const float v : RunBytes({Box(3, 4, 6, 6, 15, 15)}, in, ExecutorKind::kFused))
    ASSERT_EQ(v, 0);
}

TEST(ResizedCrop, EqualsAResizeOfTheCroppedPicture) {
  const Picture in = NoisePicture(30, 20);
  Picture cut{11, 7, 3, {}};
  for (int y = 0; y < 7; ++y) {
    for (int x = 0; x < 11; ++x) {
      for (int c = 0; c < 3; ++c)
        cut.pixels.push_back(static_cast<uint8_t>(in.at(5 + y, 9 + x, c)));
    }
  }
  EXPECT_EQ(RunBytes({Box(5, 9, 7, 11, 16, 5)}, in, ExecutorKind::kFused),
            RunBytes({ResizeTo(16, 5)}, cut, ExecutorKind::kFused));
}

TEST(ResizedCrop, IsBlackWhereTheBoxReachesOutside) {
  const Picture in{4, 4, 3, std::vector<uint8_t>(48, 200)};
  const std::vector<float> got = RunBytes({Box(-2, -2, 4, 4, 4, 4)}, in, ExecutorKind::kFused);
  for (int y = 0; y < 4; ++y) {
    for (int x = 0; x < 4; ++x) EXPECT_EQ(got[(y * 4 + x) * 3], y >= 2 && x >= 2 ? 200 : 0);
  }
  for (const float v : RunBytes({Box(40, 40, 4, 4, 4, 4)}, in, ExecutorKind::kFused))
    EXPECT_EQ(v, 0);
}

}  // namespace
}  // namespace saker
