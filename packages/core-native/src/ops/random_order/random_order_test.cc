#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "ops/gaussian_blur/gaussian_blur_steps.h"
#include "testing/run_program.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

TEST(RandomOrder, GivesEveryOrderEquallyOften) {
  RandomOrderParams order;
  order.transforms.count = 3;
  std::map<std::vector<StepKind>, int> seen;
  for (uint32_t id = 0; id < 6000; ++id) {
    const SamplePlan plan =
        PlanFor(BytesProgram({order, RandomInvertParams{1}, RandomGrayscaleParams{1},
                              RandomEqualizeParams{1}}),
                NoisePicture(2, 2), {3, 1, id});
    std::vector<StepKind> kinds;
    for (const PixelStep& step : plan.steps) kinds.push_back(step.kind);
    ++seen[kinds];
  }
  EXPECT_EQ(seen.size(), 6u);
  // 1000 expected, standard deviation 29.
  for (const auto& [kinds, count] : seen) EXPECT_NEAR(count, 1000, 5 * 29);
}

TEST(RandomOrder, LetsAnOpKeepItsDrawsWhereverItStands) {
  RandomOrderParams order;
  order.transforms.count = 2;
  GaussianBlurParams blur;
  blur.kernel_size = {3, 3};
  blur.sigma = {0.5, 3};
  RandomHorizontalFlipParams never;
  never.p = 0;
  int first = 0;
  for (uint32_t id = 0; id < 50; ++id) {
    const SampleKey key{5, 0, id};
    const auto plan =
        PlanFor(BytesProgram({order, blur, RandomInvertParams{1}}), NoisePicture(4, 4), key);
    const auto alone = PlanFor(BytesProgram({never, blur}), NoisePicture(4, 4), key);
    ASSERT_EQ(plan.steps.size(), 2u);
    const size_t at = plan.steps[0].kind == StepKind::kBlur ? 0 : 1;
    first += at == 0 ? 1 : 0;
    EXPECT_EQ(plan.steps[at].Get<BlurStep>().sigma, alone.steps[0].Get<BlurStep>().sigma);
  }
  EXPECT_GT(first, 5);
  EXPECT_LT(first, 45);
}

TEST(RandomOrder, KnowsNoSizeWhenTheLastOpMayBeAnyOfSeveralSizes) {
  RandomOrderParams order;
  order.transforms.count = 2;
  PipelineProgram mixed = BytesProgram({order, ResizeTo(8, 6), CenterCropTo(6, 8)});
  ASSERT_TRUE(CompileProgram(&mixed).ok());
  EXPECT_FALSE(mixed.fixed_size());
  PipelineProgram kept = BytesProgram(
      {ResizeTo(8, 6), order, RandomInvertParams{1}, RandomHorizontalFlipParams{0.5}});
  ASSERT_TRUE(CompileProgram(&kept).ok());
  EXPECT_EQ(kept.width, 6);
  PipelineProgram one = BytesProgram({order, ResizeTo(8, 6), RandomInvertParams{1}});
  ASSERT_TRUE(CompileProgram(&one).ok());
  EXPECT_FALSE(one.fixed_size()) << "unless proven: the invert may stand last";
}

}  // namespace
}  // namespace saker
