// Twin tests on plans of any ops in any order, drawn from bytes (testing/draw_program.h), and pictures
// from 1x1 up: fused against reference on every SIMD target, and the same bits whatever thread runs
// them, whatever ran before, and whatever runs beside.
//
// Tolerances by op are those of fused_cpu_test.cc and of the op's own test; a plan of any ops has
// none, because ops on whole levels put a value that lies on a rounding edge on either side of it,
// and later ops carry that on. So what is bounded here is how many values are more than a level
// apart, over all plans; every value is finite and in range.
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "ops/core/visit_step.h"
#include "testing/draw_program.h"
#include "testing/run_program.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

constexpr size_t kMaxOutputBytes = 1 << 20;

struct Case {
  Picture picture;
  SamplePlan plan;
};

// `count` plans that compile and fit their picture. A new op changes what a seed draws.
std::vector<Case> DrawCases(uint32_t seed, size_t count) {
  constexpr int kSides[] = {1, 2, 3, 5, 8, 17, 40, 64, 131, 258};
  std::mt19937 random(seed);
  std::vector<Case> cases;
  for (int attempt = 0; cases.size() < count && attempt < 100000; ++attempt) {
    std::vector<uint8_t> bytes(160);
    for (uint8_t& b : bytes) b = static_cast<uint8_t>(random());
    ByteDraw draw(Bytes(bytes.data(), bytes.size()));
    const SampleKey key = DrawKey(&draw);
    PipelineProgram program = DrawProgram(&draw);
    if (!CompileProgram(&program).ok()) continue;
    Case c;
    const int width = kSides[random() % 10], height = kSides[random() % 10];
    c.picture = NoisePicture(width, height, random() % 4 == 0 ? 1 : 3, random());
    if (!MakePlan(program, c.picture.info(), key, &c.plan).ok()) continue;
    if (c.plan.output_bytes() > kMaxOutputBytes) continue;
    cases.push_back(std::move(c));
  }
  return cases;
}

std::string Steps(const SamplePlan& plan) {
  std::string text;
  for (const PixelStep& step : plan.steps) text += std::string(" ") + StepName(step);
  return text;
}

// One level in units of the output.
double LevelOf(const SamplePlan& plan) {
  if (plan.dtype == OutputDtype::kU8) return 1;
  return std::max({plan.scale[0], plan.scale[1], plan.scale[2]});
}

TEST(DrawnPlans, FusedIsTheReferenceOnEverySimdTarget) {
  const std::vector<Case> cases = DrawCases(1, 300);
  ASSERT_EQ(cases.size(), 300u);
  ForEachSimdTarget([&] {
    double worst_share = 0;
    size_t values = 0, apart = 0, plans_apart = 0;
    for (size_t i = 0; i < cases.size(); ++i) {
      const Case& c = cases[i];
      const std::vector<float> want = RunPlanOn(c.plan, c.picture, ExecutorKind::kReference);
      const std::vector<float> got = RunPlanOn(c.plan, c.picture, ExecutorKind::kFused);
      ASSERT_EQ(want.size(), got.size());
      const double tolerance = 1.01 * LevelOf(c.plan);
      size_t here = 0;
      for (size_t k = 0; k < want.size(); ++k) {
        ASSERT_TRUE(std::isfinite(got[k])) << "plan " << i << Steps(c.plan);
        if (std::fabs(want[k] - got[k]) > tolerance) ++here;
      }
      values += want.size();
      apart += here;
      plans_apart += here > 0 ? 1 : 0;
      worst_share = std::max(worst_share, static_cast<double>(here) / want.size());
    }
    RecordProperty("values", static_cast<int>(values));
    RecordProperty("apart", static_cast<int>(apart));
    EXPECT_LE(static_cast<double>(apart), 0.002 * static_cast<double>(values))
        << plans_apart << " plans, worst share " << worst_share;
    EXPECT_LE(plans_apart, cases.size() / 10) << "worst share " << worst_share;
  });
}

TEST(DrawnPlans, GiveTheSameBitsOnAnyThreadInAnyOrder) {
  const std::vector<Case> cases = DrawCases(2, 200);
  std::vector<std::vector<float>> want;
  for (const Case& c : cases) want.push_back(RunPlanOn(c.plan, c.picture, ExecutorKind::kFused));
  // Each thread has a scratch of its own (RunPlanOn) and goes through the plans in another order.
  std::vector<std::thread> threads;
  std::vector<size_t> differing(4, 0);
  for (size_t t = 0; t < differing.size(); ++t) {
    threads.emplace_back([&, t] {
      for (size_t i = 0; i < cases.size(); ++i) {
        const size_t at = (i * (2 * t + 1) + 37 * t) % cases.size();
        if (RunPlanOn(cases[at].plan, cases[at].picture, ExecutorKind::kFused) != want[at]) {
          ++differing[t];
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(differing, std::vector<size_t>(4, 0));
}

TEST(DrawnPlans, AreTheSamePlansWhenDrawnAgain) {
  const std::vector<Case> first = DrawCases(3, 50), second = DrawCases(3, 50);
  for (size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(RunPlanOn(first[i].plan, first[i].picture, ExecutorKind::kFused),
              RunPlanOn(second[i].plan, second[i].picture, ExecutorKind::kFused));
  }
}

}  // namespace
}  // namespace saker
