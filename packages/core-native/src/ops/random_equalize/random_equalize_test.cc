#include <gtest/gtest.h>

#include <algorithm>

#include "testing/run_program.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

TEST(RandomEqualize, SpreadsTheLevelsEvenly) {
  // 4 levels, 2560 pixels each but for the last: step = 7680 / 255 = 30, n starts at 15.
  Picture in{128, 80, 1, std::vector<uint8_t>(128 * 80)};
  for (size_t i = 0; i < in.pixels.size(); ++i) in.pixels[i] = static_cast<uint8_t>(100 + i % 4);
  const int want[4] = {15 / 30, 2575 / 30, 5135 / 30, std::min(7695 / 30, 255)};
  RandomEqualizeParams p;
  p.p = 1;
  for (const ExecutorKind kind : {ExecutorKind::kReference, ExecutorKind::kFused}) {
    const std::vector<float> out = RunBytes({p}, in, kind);
    for (size_t i = 0; i < out.size(); ++i) ASSERT_EQ(out[i], want[i / 3 % 4]);
  }
}

TEST(RandomEqualize, LeavesAPictureOfTooFewPixelsAsItIs) {
  const Picture in = NoisePicture(9, 9);
  RandomEqualizeParams p;
  p.p = 1;
  for (const ExecutorKind kind : {ExecutorKind::kReference, ExecutorKind::kFused}) {
    EXPECT_EQ(RunBytes({p}, in, kind), std::vector<float>(in.pixels.begin(), in.pixels.end()));
  }
}

}  // namespace
}  // namespace saker
