#include <gtest/gtest.h>

#include "testing/run_program.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

TEST(RandomVerticalFlip, MirrorsAlwaysWithOneAndNeverWithZero) {
  const Picture in = NoisePicture(7, 5);
  RandomVerticalFlipParams p;
  p.p = 1;
  const std::vector<float> flipped = RunBytes({p}, in, ExecutorKind::kFused);
  for (int y = 0; y < 5; ++y) {
    for (int x = 0; x < 7; ++x) {
      for (int c = 0; c < 3; ++c) ASSERT_EQ(flipped[(y * 7 + x) * 3 + c], in.at(4 - y, x, c));
    }
  }
  EXPECT_EQ(RunBytes({p, p}, in), std::vector<float>(in.pixels.begin(), in.pixels.end()));
  p.p = 0;
  EXPECT_EQ(RunBytes({p}, in), std::vector<float>(in.pixels.begin(), in.pixels.end()));
}

TEST(RandomVerticalFlip, MirrorsAShareOfP) {
  const Picture in = NoisePicture(2, 2);
  RandomVerticalFlipParams p;
  p.p = 0.25;
  int flips = 0;
  for (uint32_t id = 0; id < 4000; ++id) {
    const SamplePlan plan = PlanFor(BytesProgram({p}), in, {1, 0, id});
    flips += plan.x.count + plan.y.count;
  }
  // 1000 expected, standard deviation 27.
  EXPECT_NEAR(flips, 1000, 5 * 27);
}

}  // namespace
}  // namespace saker
