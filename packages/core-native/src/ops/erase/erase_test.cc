#include <gtest/gtest.h>

#include "testing/run_program.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

EraseParams Box(int32_t top, int32_t left, int32_t height, int32_t width) {
  EraseParams p;
  p.top = top;
  p.left = left;
  p.height = height;
  p.width = width;
  p.value.color = {1, 2, 3};
  return p;
}

TEST(Erase, FillsTheBoxAndNothingElse) {
  const Picture in{4, 3, 3, std::vector<uint8_t>(36, 9)};
  for (const ExecutorKind kind : {ExecutorKind::kReference, ExecutorKind::kFused}) {
    // Reaches over the right border.
    const std::vector<float> out = RunBytes({Box(1, 2, 1, 7)}, in, kind);
    for (int y = 0; y < 3; ++y) {
      for (int x = 0; x < 4; ++x) {
        for (int c = 0; c < 3; ++c) {
          EXPECT_EQ(out[static_cast<size_t>((y * 4 + x) * 3 + c)], y == 1 && x >= 2 ? c + 1 : 9);
        }
      }
    }
  }
}

TEST(Erase, DoesNothingOutsideThePictureOrWithoutSize) {
  const Picture in = NoisePicture(4, 3);
  const std::vector<float> same(in.pixels.begin(), in.pixels.end());
  EXPECT_EQ(RunBytes({Box(3, 0, 5, 5)}, in, ExecutorKind::kFused), same);
  EXPECT_EQ(RunBytes({Box(0, 0, 0, 5)}, in, ExecutorKind::kFused), same);
}

}  // namespace
}  // namespace saker
