#include <gtest/gtest.h>

#include <map>

#include "ops/gaussian_blur/gaussian_blur_steps.h"
#include "testing/run_program.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

ThreeAugmentParams Three() {
  ThreeAugmentParams params;
  params.threshold = 100;
  params.kernel_size = {5, 3};
  params.sigma = {0.5, 2};
  return params;
}

TEST(ThreeAugment, AppliesOneOfItsThreeOpsEquallyOften) {
  std::map<StepKind, int> seen;
  for (uint32_t id = 0; id < 10000; ++id) {
    const SamplePlan plan = PlanFor(BytesProgram({Three()}), NoisePicture(2, 2), {3, 1, id});
    ASSERT_EQ(plan.steps.size(), 1u);
    ++seen[plan.steps[0].kind];
  }
  // 3333 expected, standard deviation 47.
  for (const StepKind kind : {StepKind::kGrayscale, StepKind::kSolarize, StepKind::kBlur})
    EXPECT_NEAR(seen[kind], 3333, 5 * 47);
}

TEST(ThreeAugment, EqualsTheSingleOpOfEveryBranch) {
  const Picture picture = NoisePicture(23, 14);
  std::map<StepKind, int> seen;
  for (uint32_t id = 0; id < 30; ++id) {
    const SamplePlan plan = PlanFor(BytesProgram({Three()}), picture, {3, 1, id});
    ++seen[plan.steps[0].kind];
    GrayscaleParams grey;
    grey.num_output_channels = 3;
    OpParams single = grey;
    if (plan.steps[0].kind == StepKind::kSolarize) single = RandomSolarizeParams{100, 1};
    if (const BlurStep* step = plan.steps[0].If<BlurStep>()) {
      GaussianBlurParams blur;
      blur.kernel_size = {5, 3};
      blur.sigma = {step->sigma, step->sigma};
      EXPECT_GE(step->sigma, 0.5);
      EXPECT_LT(step->sigma, 2);
      single = blur;
    }
    EXPECT_EQ(RunPlanOn(plan, picture, ExecutorKind::kFused),
              RunBytes({single}, picture, ExecutorKind::kFused));
  }
  EXPECT_EQ(seen.size(), 3u);
}

}  // namespace
}  // namespace saker
