// Twin test on random plans: lists drawn from all declared ops, sizes from 1x1 up, every SIMD
// target.
//
// Where all values stay between levels, or all on levels, the two executors agree closely. An op
// that rounds to levels (tables, sharpness, warps) turns a difference of an f32 rounding into one of
// a level where a value lies at the edge; what follows may make more of it (equalize spreads it,
// solarize turns it around). So single values may differ there, but not many, and not on average.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>

#include "ops/core/visit_step.h"
#include "testing/random_programs.h"
#include "testing/run_program.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

// Whether a step rounds values to whole levels first.
bool RoundsToLevels(const PixelStep& step) {
  const PassKind pass = PassOf(step);
  return pass == PassKind::kTable || pass == PassKind::kHistogram ||
         step.kind == StepKind::kSharpness || step.kind == StepKind::kWarp ||
         step.kind == StepKind::kElastic;  // nearest picks another pixel at an edge
}

std::string Describe(const SamplePlan& plan, const Picture& picture) {
  std::string text = std::to_string(picture.width) + "x" + std::to_string(picture.height) + " to " +
                     std::to_string(plan.x.size()) + "x" + std::to_string(plan.y.size());
  for (const PixelStep& step : plan.steps) {
    text += std::string(" ") + StepName(step) + " " + std::to_string(step.width) + "x" +
            std::to_string(step.height);
  }
  for (const Resampling& r : plan.resamples) {
    for (const AxisChain* c : {&r.x, &r.y}) {
      text += " chain " + std::to_string(c->source_size);
      for (int k = 0; k < c->count; ++k) {
        const AxisStep& a = c->steps[k];
        text += " (" + std::to_string(static_cast<int>(a.kind)) + " size " + std::to_string(a.size) +
                " offset " + std::to_string(a.offset) + " mode " +
                std::to_string(static_cast<int>(a.padding_mode)) + " filter " +
                std::to_string(static_cast<int>(a.filter)) + ")";
      }
    }
  }
  return text;
}

// Differences in levels.
struct Difference {
  double worst = 0;
  double mean = 0;
};

Difference Compare(const SamplePlan& plan, const Picture& picture) {
  const std::vector<float> want = RunPlanOn(plan, picture, ExecutorKind::kReference);
  const std::vector<float> got = RunPlanOn(plan, picture, ExecutorKind::kFused);
  EXPECT_EQ(want.size(), got.size());
  const float largest = *std::max_element(plan.scale.begin(), plan.scale.end());
  Difference d;
  for (size_t i = 0; i < want.size(); ++i) {
    EXPECT_FALSE(std::isnan(got[i]));
    const double one = std::fabs(static_cast<double>(want[i]) - got[i]) / largest;
    d.worst = std::max(d.worst, one);
    d.mean += one / static_cast<double>(want.size());
  }
  return d;
}

void RunRandomPlans(int rounds, int largest_side, uint32_t seed) {
  std::mt19937 random(seed);
  double means = 0;
  for (int i = 0; i < rounds; ++i) {
    const auto side = [&] {
      const uint32_t small = 1 + random() % 9;
      return static_cast<int>(random() % 3 == 0
                                  ? small
                                  : 1 + random() % static_cast<uint32_t>(largest_side));
    };
    const int width = side(), height = side();
    const Picture picture =
        NoisePicture(width, height, random() % 4 == 0 ? 1 : 3, static_cast<uint32_t>(i));
    const SamplePlan plan =
        PlanFor(RandomProgramOfAllOps(6, &random), picture, {7, 1, static_cast<uint32_t>(i)});
    if (::testing::Test::HasFailure()) return;
    const Difference d = Compare(plan, picture);
    const bool rounds_off =
        plan.dtype == OutputDtype::kU8 ||
        std::any_of(plan.steps.begin(), plan.steps.end(), RoundsToLevels);
    const std::string what = "round " + std::to_string(i) + ": " + Describe(plan, picture);
    // f32 against double: see fused_cpu_test.cc for the terms; hue multiplies by 7, twice at most.
    if (!rounds_off) {
      ASSERT_LE(d.worst, 0.1) << what;
    }
    // A picture of few pixels may hold one that falls on the other side of an edge.
    ASSERT_LE(d.mean, plan.width() * plan.height() < 400 ? 8 : 1) << what;
    means += d.mean / rounds;
  }
  EXPECT_LE(means, 0.05);
}

TEST(RandomPlans, AgreeOnEverySimdTarget) {
  ForEachSimdTarget([] { RunRandomPlans(120, 60, 301); });
}

TEST(RandomPlans, AgreeOnLargerPictures) { RunRandomPlans(60, 300, 302); }

}  // namespace
}  // namespace saker
