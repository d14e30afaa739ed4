#include <gtest/gtest.h>

#include <set>

#include "ops/random_erasing/random_erasing_steps.h"
#include "testing/run_program.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

CutoutParams Holes(int32_t count, int32_t length) {
  CutoutParams p;
  p.n_holes = count;
  p.length = length;
  p.p = 1;
  return p;
}

TEST(Cutout, FillsSquaresAroundEveryPixelCutOffAtTheBorder) {
  const Picture in{5, 4, 3, std::vector<uint8_t>(60, 200)};
  std::set<std::pair<int, int>> places;
  for (uint32_t id = 0; id < 400; ++id) {
    const SamplePlan plan = PlanFor(BytesProgram({Holes(1, 3)}), in, {1, 0, id});
    ASSERT_EQ(plan.steps.size(), 1u);
    const Rect box = plan.steps[0].Get<EraseStep>().box;
    EXPECT_GE(box.x, 0);
    EXPECT_GE(box.y, 0);
    // A centre at the border leaves two of three rows.
    EXPECT_GE(box.width, 2);
    EXPECT_LE(box.width, 3);
    EXPECT_LE(box.x + box.width, 5);
    EXPECT_LE(box.y + box.height, 4);
    const int cx = box.x == 0 ? box.width - 2 : box.x + 1;
    const int cy = box.y == 0 ? box.height - 2 : box.y + 1;
    places.insert({cx, cy});
    const std::vector<float> out = RunPlanOn(plan, in, ExecutorKind::kFused);
    for (int y = 0; y < 4; ++y) {
      for (int x = 0; x < 5; ++x) {
        const bool inside = x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height;
        ASSERT_EQ(out[static_cast<size_t>(y * 5 + x) * 3], inside ? 0 : 200);
      }
    }
  }
  EXPECT_EQ(places.size(), 20u);
}

TEST(Cutout, FillsAsManyAsAsked) {
  EXPECT_EQ(PlanFor(BytesProgram({Holes(8, 2)}), NoisePicture(9, 9)).steps.size(), 8u);
}

TEST(Cutout, MayBeLargerThanThePicture) {
  const Picture in = NoisePicture(3, 2);
  EXPECT_EQ(RunBytes({Holes(1, 65500)}, in, ExecutorKind::kFused), std::vector<float>(18, 0));
}

TEST(Cutout, DoesNothingWithProbabilityZero) {
  CutoutParams p = Holes(3, 4);
  p.p = 0;
  EXPECT_EQ(PlanFor(BytesProgram({p}), NoisePicture(9, 9)).steps.size(), 0u);
}

}  // namespace
}  // namespace saker
