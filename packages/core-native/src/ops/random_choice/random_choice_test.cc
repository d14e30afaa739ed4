#include <gtest/gtest.h>

#include <map>

#include "ops/random_choice/random_choice.h"
#include "testing/run_program.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

std::map<StepKind, int> Shares(const RandomChoiceParams& choice) {
  std::map<StepKind, int> seen;
  for (uint32_t id = 0; id < 10000; ++id) {
    const SamplePlan plan =
        PlanFor(BytesProgram({choice, RandomInvertParams{1}, RandomGrayscaleParams{1},
                              RandomEqualizeParams{1}}),
                NoisePicture(2, 2), {3, 1, id});
    EXPECT_EQ(plan.steps.size(), 1u);
    ++seen[plan.steps[0].kind];
  }
  return seen;
}

TEST(RandomChoice, TakesEveryOpEquallyOftenWithoutWeights) {
  RandomChoiceParams choice;
  choice.transforms.count = 3;
  auto seen = Shares(choice);
  // 3333 expected, standard deviation 47.
  for (const StepKind kind : {StepKind::kInvert, StepKind::kGrayscale, StepKind::kEqualize})
    EXPECT_NEAR(seen[kind], 3333, 5 * 47);
}

TEST(RandomChoice, FollowsWeightsThatDoNotSumToOne) {
  RandomChoiceParams choice;
  choice.transforms.count = 3;
  choice.p.emplace();
  for (const double w : {6.0, 0.0, 2.0}) choice.p->push_back(w);
  auto seen = Shares(choice);
  EXPECT_NEAR(seen[StepKind::kInvert], 7500, 5 * 43);
  EXPECT_EQ(seen[StepKind::kGrayscale], 0);
  EXPECT_NEAR(seen[StepKind::kEqualize], 2500, 5 * 43);
}

TEST(RandomChoice, NeverTakesAnOpOfWeight0EvenAtTheEndOfTheRange) {
  RandomChoiceParams choice;
  choice.transforms.count = 3;
  choice.p.emplace();
  for (const double w : {0.0, 0.1, 0.0}) choice.p->push_back(w);
  EXPECT_EQ(ChosenOp(choice, 0), 1);
  EXPECT_EQ(ChosenOp(choice, 1 - 0x1p-32), 1);
  EXPECT_EQ(ChosenOp(choice, 1), 1);
}

TEST(RandomChoice, KnowsTheSizeWhenAllOpsAgreeOnIt) {
  RandomChoiceParams choice;
  choice.transforms.count = 2;
  PipelineProgram same = BytesProgram({choice, ResizeTo(8, 6), CenterCropTo(8, 6)});
  ASSERT_TRUE(CompileProgram(&same).ok());
  EXPECT_EQ(same.height, 8);
  EXPECT_EQ(same.width, 6);
  PipelineProgram other = BytesProgram({choice, ResizeTo(8, 6), CenterCropTo(6, 8)});
  ASSERT_TRUE(CompileProgram(&other).ok());
  EXPECT_FALSE(other.fixed_size());
}

}  // namespace
}  // namespace saker
