#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "ops/gaussian_blur/gaussian_blur_steps.h"
#include "testing/run_program.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

RandomApplyParams Apply(int32_t count, double p) { return {OpList{count}, p}; }

GaussianBlurParams AnyBlur() {
  GaussianBlurParams blur;
  blur.kernel_size = {5, 5};
  blur.sigma = {0.5, 3};
  return blur;
}

TEST(RandomApply, AppliesAllOfItsOpsOrNone) {
  int applied = 0;
  for (uint32_t id = 0; id < 4000; ++id) {
    const SamplePlan plan =
        PlanFor(BytesProgram({Apply(2, 0.25), RandomInvertParams{1}, RandomGrayscaleParams{1}}),
                NoisePicture(4, 4), {1, 0, id});
    ASSERT_TRUE(plan.steps.size() == 0 || plan.steps.size() == 2);
    applied += plan.steps.size() == 2 ? 1 : 0;
  }
  // 1000 expected, standard deviation 27.
  EXPECT_NEAR(applied, 1000, 5 * 27);
}

TEST(RandomApply, EqualsItsOpsAloneWhenTheyStandAtTheSamePlaceOfThePreOrder) {
  const Picture picture = NoisePicture(23, 17);
  RandomHorizontalFlipParams never;
  never.p = 0;
  for (uint32_t id = 0; id < 20; ++id) {
    const SampleKey key{9, 2, id};
    const auto nested = PlanFor(BytesProgram({Apply(2, 1), AnyBlur(), RandomInvertParams{0.5},
                                              RandomSolarizeParams{100, 0.5}}),
                                picture, key);
    const auto flat = PlanFor(
        BytesProgram({never, AnyBlur(), RandomInvertParams{0.5}, RandomSolarizeParams{100, 0.5}}),
        picture, key);
    EXPECT_EQ(RunPlanOn(nested, picture, ExecutorKind::kFused),
              RunPlanOn(flat, picture, ExecutorKind::kFused));
  }
}

TEST(RandomApply, LeavesTheDrawsOfWhatFollowsAsTheyAreWhetherItAppliesOrNot) {
  const Picture picture = NoisePicture(9, 9);
  const auto always = PlanFor(BytesProgram({Apply(1, 1), AnyBlur(), AnyBlur()}), picture);
  const auto never = PlanFor(BytesProgram({Apply(1, 0), AnyBlur(), AnyBlur()}), picture);
  ASSERT_EQ(always.steps.size(), 2u);
  ASSERT_EQ(never.steps.size(), 1u);
  EXPECT_EQ(always.steps[1].Get<BlurStep>().sigma, never.steps[0].Get<BlurStep>().sigma);
}

TEST(RandomApply, HoldsOpsThatHoldOps) {
  const Picture picture = NoisePicture(9, 9);
  const auto plan = PlanFor(
      BytesProgram({Apply(2, 1), Apply(1, 1), RandomInvertParams{1}, Apply(2, 1),
                    RandomGrayscaleParams{1}, RandomInvertParams{1}, RandomPosterizeParams{4, 1}}),
      picture);
  ASSERT_EQ(plan.steps.size(), 4u);
  EXPECT_EQ(plan.steps[0].kind, StepKind::kInvert);
  EXPECT_EQ(plan.steps[1].kind, StepKind::kGrayscale);
  EXPECT_EQ(plan.steps[2].kind, StepKind::kInvert);
  EXPECT_EQ(plan.steps[3].kind, StepKind::kPosterize);
}

TEST(RandomApply, KnowsTheSizeOfItsOutputOnlyWhenTheOpsKeepOrBothWaysFixIt) {
  const auto size = [](std::vector<OpParams> ops) {
    PipelineProgram program = BytesProgram(std::move(ops));
    const Status status = CompileProgram(&program);
    EXPECT_TRUE(status.ok()) << status.detail();
    return program.fixed_size();
  };
  EXPECT_FALSE(size({Apply(1, 0.5), ResizeTo(8, 8)}));
  EXPECT_FALSE(size({ResizeTo(9, 9), Apply(1, 0.5), ResizeTo(8, 8)}));
  EXPECT_TRUE(size({ResizeTo(8, 8), Apply(1, 0.5), ResizeTo(8, 8)}));
  EXPECT_TRUE(size({ResizeTo(8, 8), Apply(1, 0.5), RandomInvertParams{1}}));
}

TEST(RandomApply, RefusesAProgramThatEndsBeforeItsOpsDo) {
  PipelineProgram program = BytesProgram({Apply(2, 1), RandomInvertParams{1}});
  EXPECT_EQ(CompileProgram(&program).code(), ErrorCode::kPipelineUnsupported);
}

TEST(RandomApply, RefusesWhatItsOpsRefuse) {
  ResizeParams wrong = ResizeShort(8);
  wrong.max_size = 8;
  PipelineProgram program = BytesProgram({Apply(1, 0), wrong});
  EXPECT_EQ(CompileProgram(&program).code(), ErrorCode::kPipelineUnsupported);
}

}  // namespace
}  // namespace saker
