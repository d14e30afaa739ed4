#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

#include "testing/run_program.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

// Picture that geometry leaves on whole levels, with steps that keep them there: fused and
// reference must agree to the bit of f32, whatever the order of the steps.
PipelineProgram LevelProgram(std::mt19937* random, bool exact_geometry) {
  const auto below = [&](int n) {
    return static_cast<int>((*random)() % static_cast<uint32_t>(n));
  };
  PipelineProgram program;
  if (exact_geometry) {
    if (below(2) == 0) program.ops.push_back(PadBy(below(4), 2, 1, below(5), PaddingMode::kEdge));
    if (below(2) == 0) {
      program.ops.push_back(ResizeTo(1 + below(40), 1 + below(40), Interpolation::kNearest));
    }
    RandomHorizontalFlipParams flip;
    flip.p = 0.5;
    program.ops.push_back(flip);
  }
  for (int n = 1 + below(6); n > 0; --n) {
    switch (below(8)) {
      case 0:
        program.ops.push_back(RandomInvertParams{1});
        break;
      case 1:
        program.ops.push_back(RandomPosterizeParams{below(9), 1});
        break;
      case 2:
        program.ops.push_back(RandomSolarizeParams{below(2570) / 10.0, 1});
        break;
      case 3:
        program.ops.push_back(AdjustGammaParams{0.2 + below(30) / 10.0, 0.5 + below(10) / 10.0});
        break;
      case 4:
        program.ops.push_back(RandomChannelPermutationParams{});
        break;
      case 5:
        program.ops.push_back(RandomAutocontrastParams{1});
        break;
      case 6:
        program.ops.push_back(RandomEqualizeParams{1});
        break;
      default:
        program.ops.push_back(RandomAdjustSharpnessParams{below(300) / 100.0, 1});
    }
  }
  program.channels = below(4) == 0 ? 1 : 3;
  program.layout = below(2) == 0 ? OutputLayout::kNhwc : OutputLayout::kNchw;
  return program;
}

double WorstDifference(const SamplePlan& plan, const Picture& picture) {
  const std::vector<float> want = RunPlanOn(plan, picture, ExecutorKind::kReference);
  const std::vector<float> got = RunPlanOn(plan, picture, ExecutorKind::kFused);
  double worst = want.size() == got.size() ? 0 : 999;
  for (size_t i = 0; i < got.size(); ++i) {
    const double difference = std::fabs(want[i] - got[i]) * 255;
    // NaN must not pass.
    if (!(difference <= worst)) worst = difference;
  }
  return worst;
}

constexpr int kSizes[][2] = {{1, 1}, {3, 8}, {8, 3}, {1, 40}, {40, 1}, {17, 31}, {133, 41}};

TEST(FusedSteps, KeepWholeLevelsEqualToTheReferenceOnEverySimdTarget) {
  ForEachSimdTarget([] {
    std::mt19937 random(77);
    for (uint32_t i = 0; i < 200; ++i) {
      const int* size = kSizes[random() % 7];
      const Picture picture = NoisePicture(size[0], size[1], random() % 4 == 0 ? 1 : 3, i);
      const SamplePlan plan = PlanFor(LevelProgram(&random, true), picture, {7, 1, i});
      // One rounding each of the scale by 1/255 and of luma for one channel.
      ASSERT_LE(WorstDifference(plan, picture), 255 * 4e-7) << "round " << i;
    }
  });
}

// Values between levels: where the reference stands within the f32 error of a rounding edge the two
// may fall on different sides; everywhere else they must give the same level.
TEST(FusedSteps, RoundResampledValuesToTheSameLevelsOnEverySimdTarget) {
  ForEachSimdTarget([] {
    std::mt19937 random(78);
    size_t skipped = 0, seen = 0;
    for (uint32_t i = 0; i < 40; ++i) {
      const Picture picture = NoisePicture(37, 53, 3, i);
      PipelineProgram before;
      before.layout = OutputLayout::kNhwc;
      before.ops = {ResizeTo(29, 31, Interpolation::kBicubic)};
      PipelineProgram after = before;
      if (i % 2 == 0) {
        after.ops.push_back(RandomPosterizeParams{static_cast<int>(random() % 8), 1});
      } else {
        after.ops.push_back(RandomSolarizeParams{static_cast<double>(random() % 256), 1});
      }
      const auto values = RunPlanOn(PlanFor(before, picture), picture, ExecutorKind::kReference);
      const SamplePlan plan = PlanFor(after, picture);
      const auto want = RunPlanOn(plan, picture, ExecutorKind::kReference);
      const auto got = RunPlanOn(plan, picture, ExecutorKind::kFused);
      for (size_t k = 0; k < values.size(); ++k) {
        const double v = values[k] * 255.0 + 0.5;
        ++seen;
        if (std::fabs(v - std::nearbyint(v)) < 1e-3) {
          ++skipped;
        } else {
          ASSERT_NEAR(want[k], got[k], 1e-6) << "round " << i;
        }
      }
    }
    EXPECT_LT(skipped, seen / 100);
  });
}

// A blur is two sums of up to 25 products each: 255 u (25 + 4), see fused_cpu_test.cc.
TEST(FusedSteps, BlurEqualsTheReferenceOnEverySimdTarget) {
  ForEachSimdTarget([] {
    std::mt19937 random(79);
    for (uint32_t i = 0; i < 60; ++i) {
      const int* size = kSizes[random() % 7];
      const Picture picture = NoisePicture(size[0], size[1], 3, i);
      PipelineProgram program;
      const auto blur = [&] {
        GaussianBlurParams p;
        p.kernel_size = {1 + 2 * static_cast<int>(random() % 6),
                         1 + 2 * static_cast<int>(random() % 6)};
        p.sigma = {0.1, 5};
        return p;
      };
      program.ops = {blur(), RandomInvertParams{1}, blur(), RandomGrayscaleParams{0.5}};
      ColorJitterParams jitter;
      jitter.contrast = {{0.5, 1.0}};
      if (random() % 2 == 0) program.ops.push_back(jitter);
      ASSERT_LE(WorstDifference(PlanFor(program, picture, {7, 1, i}), picture),
                255 * 80 / 16777216.0)
          << "round " << i;
    }
  });
}

TEST(FusedSteps, GiveTheSamePixelsWhateverRanBeforeInTheSameScratch) {
  std::mt19937 random(80);
  const Picture small = NoisePicture(21, 20), large = NoisePicture(90, 70);
  const SamplePlan plan = PlanFor(LevelProgram(&random, false), small);
  const std::vector<float> first = RunPlanOn(plan, small, ExecutorKind::kFused);
  for (int i = 0; i < 5; ++i)
    RunPlanOn(PlanFor(LevelProgram(&random, false), large), large, ExecutorKind::kFused);
  EXPECT_EQ(RunPlanOn(plan, small, ExecutorKind::kFused), first);
}

}  // namespace
}  // namespace saker
