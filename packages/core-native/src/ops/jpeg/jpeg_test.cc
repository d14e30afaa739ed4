#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "ops/jpeg/jpeg_steps.h"
#include "testing/run_program.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

JPEGParams Quality(int32_t low, int32_t high) {
  JPEGParams p;
  p.quality = {low, high};
  return p;
}

double MeanDifference(const std::vector<float>& a, const Picture& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += std::fabs(a[i] - b.pixels[i]);
  return sum / static_cast<double>(a.size());
}

TEST(JpegOp, FusedAndReferenceGiveTheSameLevels) {
  for (const auto& [width, height] : {std::pair(1, 1), {7, 19}, {64, 48}}) {
    const Picture in = NoisePicture(width, height);
    for (const int32_t quality : {1, 50, 100}) {
      EXPECT_EQ(RunBytes({Quality(quality, quality)}, in, ExecutorKind::kFused),
                RunBytes({Quality(quality, quality)}, in, ExecutorKind::kReference));
    }
  }
}

TEST(JpegOp, LeavesMoreOfThePictureTheHigherTheQuality) {
  Picture in{48, 48, 3, {}};
  for (int i = 0; i < 48 * 48; ++i) {
    for (const int v : {i % 48 * 5, i / 48 * 5, 90}) in.pixels.push_back(static_cast<uint8_t>(v));
  }
  const double low = MeanDifference(RunBytes({Quality(5, 5)}, in), in);
  const double high = MeanDifference(RunBytes({Quality(95, 95)}, in), in);
  EXPECT_LT(high, 2);
  EXPECT_GT(low, 2 * high);
}

TEST(JpegOp, DrawsEveryQualityOfItsRange) {
  std::set<int32_t> drawn;
  for (uint32_t id = 0; id < 200; ++id) {
    const SamplePlan plan = PlanFor(BytesProgram({Quality(40, 44)}), NoisePicture(2, 2), {1, 0, id});
    drawn.insert(plan.steps[0].Get<JpegStep>().quality);
  }
  EXPECT_EQ(drawn, (std::set<int32_t>{40, 41, 42, 43, 44}));
}

}  // namespace
}  // namespace saker
