#include "ops/aug_mix/aug_mix.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "testing/policy_program.h"
#include "testing/run_program.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

AugMixParams Mix(int32_t width, int32_t depth, double alpha = 1) {
  AugMixParams params;
  params.severity = 10;
  params.mixture_width = width;
  params.chain_depth = depth;
  params.alpha = alpha;
  params.all_ops = true;
  params.interpolation = Interpolation::kBilinear;
  return params;
}

MixDraw DrawOf(const AugMixParams& params, uint32_t id, int32_t width = 64, int32_t height = 64) {
  RandomStream random(11, 3, id, 0);
  return DrawMix(params, width, height, &random);
}

std::vector<float> F32(std::vector<OpParams> ops, const Picture& picture, const SampleKey& key,
                       ExecutorKind kind) {
  PipelineProgram program = BytesProgram(std::move(ops));
  program.dtype = OutputDtype::kF32;
  return RunPlanOn(PlanFor(program, picture, key), picture, kind);
}

// Values of 0..1; the blend is one product and one sum a chain and one of the original.
TEST(AugMix, EqualsTheWeightedSumOfItsChainsRunAlone) {
  const Picture picture = NoisePicture(31, 22);
  std::map<PolicyOp, int> seen;
  for (uint32_t id = 0; id < 40; ++id) {
    const AugMixParams params = Mix(1 + static_cast<int32_t>(id % 4), id % 2 == 0 ? -1 : 2);
    const MixDraw mix = DrawOf(params, id, 31, 22);
    const SampleKey key{11, 3, id};
    std::vector<double> want;
    for (const float v : F32({}, picture, key, ExecutorKind::kFused))
      want.push_back(mix.original * v);
    for (size_t k = 0; k < mix.chains.size(); ++k) {
      std::vector<OpParams> chain;
      for (const PolicyDraw& draw : mix.chains[k]) {
        ++seen[draw.op];
        const auto op = SingleOp(draw, params.interpolation, params.fill);
        if (op) chain.push_back(*op);
      }
      const auto part = F32(chain, picture, key, ExecutorKind::kFused);
      for (size_t i = 0; i < want.size(); ++i) want[i] += mix.weights[k] * part[i];
    }
    for (const ExecutorKind kind : {ExecutorKind::kFused, ExecutorKind::kReference}) {
      const auto got = F32({params}, picture, key, kind);
      ASSERT_EQ(got.size(), want.size());
      // The chains themselves may stand on two sides of a rounding edge in the two executors.
      int apart = 0;
      for (size_t i = 0; i < got.size(); ++i) apart += std::fabs(got[i] - want[i]) > 2e-6 ? 1 : 0;
      EXPECT_LE(apart, kind == ExecutorKind::kFused ? 0 : static_cast<int>(got.size() / 100))
          << "sample " << id;
    }
  }
  EXPECT_EQ(seen.size(), 13u);
}

TEST(AugMix, DrawsDepthsOf1To3EvenlyAndWeightsThatSumTo1) {
  std::map<size_t, int> depths;
  double original = 0, first = 0;
  for (uint32_t id = 0; id < 3000; ++id) {
    const MixDraw mix = DrawOf(Mix(3, -1), id);
    ASSERT_EQ(mix.chains.size(), 3u);
    double sum = mix.original;
    for (size_t k = 0; k < 3; ++k) {
      ++depths[mix.chains[k].size()];
      EXPECT_GE(mix.weights[k], 0);
      sum += mix.weights[k];
    }
    EXPECT_NEAR(sum, 1, 1e-12);
    original += mix.original;
    first += mix.weights[0] / (1 - mix.original);
  }
  EXPECT_EQ(depths.size(), 3u);
  for (size_t depth = 1; depth <= 3; ++depth) EXPECT_NEAR(depths[depth], 3000, 5 * 45);
  // Beta(1, 1) has variance 1 / 12, Dirichlet(1, 1, 1) 1 / 18.
  EXPECT_NEAR(original / 3000, 0.5, 5 * std::sqrt(1 / 12.0 / 3000));
  EXPECT_NEAR(first / 3000, 1 / 3.0, 5 * std::sqrt(1 / 18.0 / 3000));
}

TEST(AugMix, DrawsGammasOfTheRightMeanAndVariance) {
  for (const double alpha : {0.2, 0.9, 1.0, 1.5, 7.0}) {
    RandomStream random(5, 0, 0, 0);
    const int n = 20000;
    double sum = 0, squares = 0;
    for (int i = 0; i < n; ++i) {
      const double g = DrawGamma(alpha, &random);
      ASSERT_GE(g, 0);
      sum += g;
      squares += (g - alpha) * (g - alpha);
    }
    EXPECT_NEAR(sum / n, alpha, 5 * std::sqrt(alpha / n)) << alpha;
    // Fourth central moment: 3 alpha^2 + 6 alpha.
    const double spread = std::sqrt((2 * alpha * alpha + 6 * alpha) / n);
    EXPECT_NEAR(squares / n, alpha, 5 * spread) << alpha;
  }
}

TEST(AugMix, KeepsToItsSeverityAndOps) {
  AugMixParams params = Mix(3, 3);
  params.severity = 1;
  params.all_ops = false;
  std::map<PolicyOp, int> seen;
  for (uint32_t id = 0; id < 500; ++id) {
    const MixDraw mix = DrawOf(params, id);
    for (const auto& chain : mix.chains) {
      for (const PolicyDraw& draw : chain) {
        ++seen[draw.op];
        if (draw.op == PolicyOp::kRotate) {
          EXPECT_EQ(draw.value, 0);
        }
        if (draw.op == PolicyOp::kPosterize) {
          EXPECT_EQ(draw.value, 4);
        }
      }
    }
  }
  EXPECT_EQ(seen.size(), 9u);
}

TEST(AugMix, GivesUsableWeightsForAnAlphaSoSmallThatVariatesUnderflow) {
  for (uint32_t id = 0; id < 200; ++id) {
    const MixDraw mix = DrawOf(Mix(4, 1, 1e-4), id);
    double sum = mix.original;
    for (size_t k = 0; k < 4; ++k) sum += mix.weights[k];
    EXPECT_NEAR(sum, 1, 1e-9);
  }
}

TEST(AugMix, RefusesMoreStepsThanAPlanHolds) {
  PipelineProgram program = BytesProgram({Mix(8, 8)});
  EXPECT_EQ(CompileProgram(&program).code(), ErrorCode::kPipelineUnsupported);
  program = BytesProgram({Mix(6, 4)});
  EXPECT_TRUE(CompileProgram(&program).ok());
}

TEST(AugMix, IsFollowedByGeometryAndColour) {
  const Picture picture = NoisePicture(31, 22);
  for (uint32_t id = 0; id < 10; ++id) {
    const SamplePlan plan =
        PlanFor(BytesProgram({Mix(3, -1), CenterCropTo(12, 13), RandomHorizontalFlipParams{1},
                              RandomInvertParams{1}}),
                picture, {11, 3, id});
    const auto got = RunPlanOn(plan, picture, ExecutorKind::kFused);
    const auto whole = RunPlanOn(PlanFor(BytesProgram({Mix(3, -1)}), picture, {11, 3, id}), picture,
                                 ExecutorKind::kFused);
    ASSERT_EQ(got.size(), 12u * 13 * 3);
    for (size_t y = 0; y < 12; ++y) {
      for (size_t x = 0; x < 13; ++x) {
        const float in = whole[((y + 5) * 31 + 9 + (12 - x)) * 3];
        EXPECT_NEAR(got[(y * 13 + x) * 3], 255 - in, 1);
      }
    }
  }
}

}  // namespace
}  // namespace saker
