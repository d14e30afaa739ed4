#include <gtest/gtest.h>

#include "testing/run_program.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

// Python: int(round((H - h) / 2.0)); 0.5 -> 0, 1.5 -> 2, 2.5 -> 2.
TEST(CenterCrop, RoundsTiesToEven) {
  for (const auto& [size, top] : {std::pair<int, int>{5, 0}, {7, 2}, {9, 2}, {8, 2}, {11, 4}}) {
    const Picture in = NoisePicture(size, size);
    const std::vector<float> got = RunBytes({CenterCropTo(4, 4)}, in, ExecutorKind::kFused);
    EXPECT_EQ(got[0], in.at(top, top, 0)) << size;
    EXPECT_EQ(got[47], in.at(top + 3, top + 3, 2)) << size;
  }
}

TEST(CenterCrop, PadsASmallPictureWithBlackLessBeforeThanBehind) {
  const Picture in{1, 2, 3, {10, 11, 12, 20, 21, 22}};
  const std::vector<float> got = RunBytes({CenterCropTo(5, 4)}, in, ExecutorKind::kFused);
  // 3 rows short: 1 before, 2 behind; 3 columns short: 1 before, 2 behind.
  for (int y = 0; y < 5; ++y) {
    for (int x = 0; x < 4; ++x) {
      const float want = x == 1 && y == 1 ? 10 : x == 1 && y == 2 ? 20 : 0;
      EXPECT_EQ(got[(y * 4 + x) * 3], want) << y << "," << x;
    }
  }
}

}  // namespace
}  // namespace saker
