#include "ops/core/policy.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <vector>

#include "ops/auto_augment/auto_augment.h"
#include "ops/rand_augment/rand_augment.h"
#include "ops/trivial_augment_wide/trivial_augment_wide.h"
#include "ops/warp/warp_steps.h"
#include "testing/policy_program.h"
#include "testing/run_program.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

std::vector<double> Values(const PolicyRanges& ranges, PolicyOp op, int32_t bins,
                           bool negative = false) {
  std::vector<double> values;
  for (int32_t bin = 0; bin < bins; ++bin)
    values.push_back(PolicyAt(ranges, op, bin, bins, negative, 662, 331).value);
  return values;
}

// The tables of torchvision 0.29 (its _AUGMENTATION_SPACE), up to its f32 rounding.
TEST(PolicyStrengths, AreTheTablesOfThePapers) {
  const auto at = [](const PolicyRanges& r, PolicyOp op, int32_t bin, int32_t bins) {
    return PolicyAt(r, op, bin, bins, false, 200, 300).value;
  };
  EXPECT_DOUBLE_EQ(at(kRandRanges, PolicyOp::kShearX, 9, 31), 0.09);
  EXPECT_DOUBLE_EQ(at(kWideRanges, PolicyOp::kShearY, 30, 31), 0.99);
  EXPECT_DOUBLE_EQ(at(kRandRanges, PolicyOp::kTranslateX, 9, 10), 90);   // 90.63
  EXPECT_DOUBLE_EQ(at(kRandRanges, PolicyOp::kTranslateY, 9, 10), 135);  // 135.95
  EXPECT_DOUBLE_EQ(at(kWideRanges, PolicyOp::kTranslateX, 15, 31), 16);
  EXPECT_DOUBLE_EQ(at(kWideRanges, PolicyOp::kTranslateX, 14, 31), 14);  // 14.93
  EXPECT_DOUBLE_EQ(at(kMixRanges, PolicyOp::kTranslateY, 9, 10), 100);
  EXPECT_DOUBLE_EQ(at(kRandRanges, PolicyOp::kRotate, 9, 31), 9);
  EXPECT_DOUBLE_EQ(at(kWideRanges, PolicyOp::kRotate, 30, 31), 135);
  EXPECT_DOUBLE_EQ(at(kRandRanges, PolicyOp::kColor, 9, 31), 1.27);
  EXPECT_DOUBLE_EQ(at(kWideRanges, PolicyOp::kSharpness, 30, 31), 1.99);
  EXPECT_EQ(Values(kRandRanges, PolicyOp::kPosterize, 10),
            (std::vector<double>{8, 8, 7, 7, 6, 6, 5, 5, 4, 4}));
  EXPECT_EQ(Values(kMixRanges, PolicyOp::kPosterize, 10),
            (std::vector<double>{4, 4, 3, 3, 2, 2, 1, 1, 0, 0}));
  EXPECT_EQ(Values(kWideRanges, PolicyOp::kPosterize, 31),
            (std::vector<double>{8, 8, 8, 7, 7, 7, 7, 7, 6, 6, 6, 6, 6, 5, 5, 5,
                                 5, 5, 4, 4, 4, 4, 4, 3, 3, 3, 3, 3, 2, 2, 2}));
  EXPECT_EQ(Values(kRandRanges, PolicyOp::kSolarize, 4),
            (std::vector<double>{255, 170, 85, 0}));
}

TEST(PolicyStrengths, ChangeSignWhereASignHasAMeaning) {
  for (const PolicyOp op : {PolicyOp::kShearX, PolicyOp::kShearY, PolicyOp::kTranslateX,
                            PolicyOp::kTranslateY, PolicyOp::kRotate}) {
    const auto up = Values(kWideRanges, op, 5), down = Values(kWideRanges, op, 5, true);
    for (size_t i = 0; i < 5; ++i) EXPECT_EQ(up[i], -down[i]);
  }
  EXPECT_NEAR(Values(kWideRanges, PolicyOp::kBrightness, 2, true)[1], 0.01, 1e-12);
  EXPECT_EQ(Values(kWideRanges, PolicyOp::kPosterize, 9),
            Values(kWideRanges, PolicyOp::kPosterize, 9, true));
  EXPECT_EQ(Values(kWideRanges, PolicyOp::kSolarize, 9),
            Values(kWideRanges, PolicyOp::kSolarize, 9, true));
}

// Runs `params` for many samples; each result must equal, to the bit, the pipeline that spells out
// what was drawn. `draws` repeats the draws of one sample.
template <class Params, class F>
void ExpectBranchesEqualSingleOps(const Params& params, F&& draws, std::map<PolicyOp, int>* seen) {
  const Picture picture = NoisePicture(33, 26);
  for (uint32_t id = 0; id < 150; ++id) {
    const SampleKey key{11, 3, id};
    RandomStream random(key.seed, key.epoch, key.sample_id, 0);
    std::vector<OpParams> single;
    for (const PolicyDraw& draw : draws(&random)) {
      ++(*seen)[draw.op];
      const auto op = SingleOp(draw, params.interpolation, params.fill);
      if (op) single.push_back(*op);
    }
    const SamplePlan plan = PlanFor(BytesProgram({params}), picture, key);
    const SamplePlan want = PlanFor(BytesProgram(single), picture, key);
    ASSERT_EQ(plan.steps.size(), want.steps.size()) << "sample " << id;
    ASSERT_EQ(RunPlanOn(plan, picture, ExecutorKind::kFused),
              RunPlanOn(want, picture, ExecutorKind::kFused))
        << "sample " << id;
  }
}

// The warp that an op of a policy adds to the plan of a picture of 33 x 26.
WarpStep WarpOf(PolicyOp op, double value) {
  PlanBuilder plan;
  plan.x.source_size = 33;
  plan.y.source_size = 26;
  EXPECT_TRUE(ApplyPolicyOp({op, value}, Interpolation::kBicubic, {1, 2, 3}, &plan).ok());
  EXPECT_EQ(plan.steps.size(), 1u);
  EXPECT_EQ(plan.width(), 33);
  EXPECT_EQ(plan.height(), 26);
  EXPECT_EQ(plan.steps[0].kind, StepKind::kWarp);
  return plan.steps[0].Get<WarpStep>();
}

void ExpectMatrix(const Matrix3& got, const std::array<double, 6>& want) {
  for (size_t i = 0; i < 6; ++i) EXPECT_NEAR(got[i], want[i], 1e-12) << i;
  EXPECT_EQ(got[6], 0);
  EXPECT_EQ(got[7], 0);
  EXPECT_EQ(got[8], 1);
}

// From output to input, as torchvision hands them to Pillow.
TEST(PolicyWarps, ShearAboutTheCornerTurnAboutTheMiddleAndMoveByWholePixels) {
  ExpectMatrix(WarpOf(PolicyOp::kShearX, 0.3).matrix, {1, 0.3, 0, 0, 1, 0});
  ExpectMatrix(WarpOf(PolicyOp::kShearX, -0.99).matrix, {1, -0.99, 0, 0, 1, 0});
  ExpectMatrix(WarpOf(PolicyOp::kShearY, 0.3).matrix, {1, 0, 0, 0.3, 1, 0});
  ExpectMatrix(WarpOf(PolicyOp::kTranslateX, 5).matrix, {1, 0, -5, 0, 1, 0});
  ExpectMatrix(WarpOf(PolicyOp::kTranslateY, -7).matrix, {1, 0, 0, 0, 1, 7});
  for (const double degrees : {30.0, -112.5}) {
    const double c = std::cos(degrees * M_PI / 180), s = std::sin(degrees * M_PI / 180);
    ExpectMatrix(WarpOf(PolicyOp::kRotate, degrees).matrix,
                 {c, -s, 16.5 - c * 16.5 + s * 13, s, c, 13 - s * 16.5 - c * 13});
  }
  const WarpStep step = WarpOf(PolicyOp::kRotate, 90);
  EXPECT_EQ(step.matrix[0], 0);  // exactly
  EXPECT_EQ(step.filter, Interpolation::kBicubic);
  EXPECT_EQ(step.fill, (std::array<float, 3>{{1, 2, 3}}));
}

TEST(PolicyWarps, AddNothingAtStrength0) {
  PlanBuilder plan;
  plan.x.source_size = plan.y.source_size = 20;
  for (const PolicyOp op : {PolicyOp::kShearX, PolicyOp::kShearY, PolicyOp::kTranslateX,
                            PolicyOp::kTranslateY, PolicyOp::kRotate}) {
    EXPECT_TRUE(ApplyPolicyOp({op, 0}, Interpolation::kNearest, {}, &plan).ok());
  }
  EXPECT_EQ(plan.steps.size(), 0u);
}

TEST(TrivialAugmentWide, EqualsTheSingleOpOfEveryBranch) {
  for (const Interpolation filter : {Interpolation::kNearest, Interpolation::kBicubic}) {
    TrivialAugmentWideParams params;
    params.num_magnitude_bins = 31;
    params.interpolation = filter;
    params.fill = {10, 200, 30};
    std::map<PolicyOp, int> seen;
    ExpectBranchesEqualSingleOps(
        params,
        [&](RandomStream* random) {
          return std::vector<PolicyDraw>{DrawPolicy(params, 33, 26, random)};
        },
        &seen);
    EXPECT_EQ(seen.size(), 14u);
  }
}

TEST(RandAugment, EqualsTheSingleOpsOfEveryBranch) {
  RandAugmentParams params;
  params.num_ops = 3;
  params.magnitude = 17;
  params.num_magnitude_bins = 31;
  params.interpolation = Interpolation::kBilinear;
  std::map<PolicyOp, int> seen;
  ExpectBranchesEqualSingleOps(
      params,
      [&](RandomStream* random) {
        std::vector<PolicyDraw> draws;
        for (int k = 0; k < 3; ++k) draws.push_back(DrawPolicy(params, 33, 26, random));
        return draws;
      },
      &seen);
  EXPECT_EQ(seen.size(), 14u);
}

TEST(AutoAugment, EqualsTheSingleOpsOfEveryBranch) {
  std::map<PolicyOp, int> seen;
  for (const Policy policy : {Policy::kImagenet, Policy::kCifar10, Policy::kSvhn}) {
    AutoAugmentParams params;
    params.policy = policy;
    params.interpolation = Interpolation::kBilinear;
    ExpectBranchesEqualSingleOps(
        params,
        [&](RandomStream* random) {
          const auto both = DrawPolicies(params, 33, 26, random);
          return std::vector<PolicyDraw>{both[0], both[1]};
        },
        &seen);
  }
  EXPECT_EQ(seen.size(), 15u);
}

// 10,000 plans each: the share of an op, with a standard deviation of at most 50.
TEST(TrivialAugmentWide, DrawsOpsStrengthsAndSignsEvenly) {
  TrivialAugmentWideParams params;
  params.num_magnitude_bins = 31;
  std::map<PolicyOp, int> ops;
  std::map<double, int> rotations;
  for (uint32_t id = 0; id < 10000; ++id) {
    RandomStream random(2, 0, id, 0);
    const PolicyDraw draw = DrawPolicy(params, 64, 64, &random);
    ++ops[draw.op];
    if (draw.op == PolicyOp::kRotate) ++rotations[draw.value];
  }
  EXPECT_EQ(ops.size(), 14u);
  for (const auto& [op, count] : ops) EXPECT_NEAR(count, 10000 / 14.0, 5 * 26);
  // 30 strengths either way, and 0 (which -0 equals).
  EXPECT_EQ(rotations.size(), 61u);
  int negative = 0, total = 0;
  for (const auto& [value, count] : rotations) {
    total += count;
    negative += value < 0 ? count : 0;
  }
  EXPECT_NEAR(negative, total * 30 / 62.0, 5 * std::sqrt(total) / 2);
}

TEST(AutoAugment, DrawsPairsEvenlyAndOpsWithTheirProbability) {
  AutoAugmentParams params;
  params.policy = Policy::kImagenet;
  std::map<PolicyOp, double> want;
  for (const PolicyPair& pair : kImagenetPairs) {
    for (const PolicyEntry& entry : pair) want[entry.op] += entry.p / kPolicyPairs * 10000;
  }
  std::map<PolicyOp, int> ops;
  for (uint32_t id = 0; id < 10000; ++id) {
    RandomStream random(2, 0, id, 0);
    for (const PolicyDraw& draw : DrawPolicies(params, 64, 64, &random)) ++ops[draw.op];
  }
  for (const auto& [op, count] : want) EXPECT_NEAR(ops[op], count, 5 * 65);
}

TEST(RandAugment, AppliesItsOpsAtOneStrengthEvenly) {
  RandAugmentParams params;
  params.num_ops = 2;
  params.magnitude = 9;
  params.num_magnitude_bins = 31;
  std::map<PolicyOp, int> ops;
  for (uint32_t id = 0; id < 5000; ++id) {
    RandomStream random(2, 0, id, 0);
    for (int k = 0; k < 2; ++k) {
      const PolicyDraw draw = DrawPolicy(params, 64, 64, &random);
      ++ops[draw.op];
      if (draw.op == PolicyOp::kRotate) {
        EXPECT_DOUBLE_EQ(std::fabs(draw.value), 9);
      }
    }
  }
  EXPECT_EQ(ops.size(), 14u);
  for (const auto& [op, count] : ops) EXPECT_NEAR(count, 10000 / 14.0, 5 * 26);
}

TEST(Policies, KeepTheSizeAndRefuseLanczosAndNormalizeBefore) {
  PipelineProgram program = BytesProgram({ResizeTo(8, 9), TrivialAugmentWideParams{31}});
  ASSERT_TRUE(CompileProgram(&program).ok());
  EXPECT_EQ(program.width, 9);
  TrivialAugmentWideParams lanczos{31};
  lanczos.interpolation = Interpolation::kLanczos;
  program = BytesProgram({lanczos});
  EXPECT_EQ(CompileProgram(&program).code(), ErrorCode::kPipelineUnsupported);
  NormalizeParams normalize;
  normalize.mean.push_back(0);
  normalize.std.push_back(1);
  program = BytesProgram({normalize, TrivialAugmentWideParams{31}});
  program.dtype = OutputDtype::kF32;
  EXPECT_EQ(CompileProgram(&program).code(), ErrorCode::kPipelineUnsupported);
}

}  // namespace
}  // namespace saker
