#include <gtest/gtest.h>

#include <cmath>

#include "ops/random_erasing/random_erasing_steps.h"
#include "testing/run_program.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

RandomErasingParams Erasing(EraseKind kind, std::array<double, 3> color = {}) {
  RandomErasingParams p;
  p.p = 1;
  p.scale = {0.02, 0.33};
  p.ratio = {0.3, 3.3};
  p.value = {kind, color};
  return p;
}

const Rect& BoxOf(const SamplePlan& plan) { return plan.steps[0].Get<EraseStep>().box; }

bool Inside(const Rect& box, int x, int y) {
  return x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height;
}

TEST(RandomErasing, DrawsBoxesInsideThePictureOfTheAreaAndRatioAskedFor) {
  RandomErasingParams half = Erasing(EraseKind::kColor);
  half.p = 0.5;
  int erased = 0;
  for (uint32_t id = 0; id < 4000; ++id) {
    const SamplePlan plan = PlanFor(BytesProgram({half}), NoisePicture(100, 80), {4, 0, id});
    if (plan.steps.size() == 0) continue;
    ++erased;
    const Rect& box = BoxOf(plan);
    EXPECT_GE(box.x, 0);
    EXPECT_GE(box.y, 0);
    EXPECT_LE(box.x + box.width, 100);
    EXPECT_LE(box.y + box.height, 80);
    // Each side is off by at most half a pixel.
    EXPECT_GE((box.width + 0.5) * (box.height + 0.5), 0.02 * 8000);
    EXPECT_LE((box.width - 0.5) * (box.height - 0.5), 0.33 * 8000);
    EXPECT_GE((box.height + 0.5) / (box.width - 0.5), 0.3);
    EXPECT_LE((box.height - 0.5) / (box.width + 0.5), 3.3);
  }
  // 2000 expected, standard deviation 32.
  EXPECT_NEAR(erased, 2000, 5 * 32);
}

TEST(RandomErasing, FillsItsBoxAndNothingElse) {
  const Picture in = NoisePicture(41, 29);
  ForEachSimdTarget([&] {
    for (uint32_t id = 0; id < 20; ++id) {
      const SamplePlan plan =
          PlanFor(BytesProgram({Erasing(EraseKind::kColor, {10, 20, 30})}), in, {4, 0, id});
      for (const ExecutorKind kind : {ExecutorKind::kReference, ExecutorKind::kFused}) {
        const std::vector<float> out = RunPlanOn(plan, in, kind);
        for (int y = 0; y < 29; ++y) {
          for (int x = 0; x < 41; ++x) {
            for (int c = 0; c < 3; ++c) {
              const int want = Inside(BoxOf(plan), x, y) ? 10 * (c + 1) : in.at(y, x, c);
              ASSERT_EQ(out[static_cast<size_t>((y * 41 + x) * 3 + c)], want);
            }
          }
        }
      }
    }
  });
}

TEST(RandomErasing, FillsWithNoiseThatBothExecutorsAgreeOn) {
  const Picture in = NoisePicture(200, 200);
  RandomErasingParams p = Erasing(EraseKind::kRandom);
  p.scale = {0.33, 0.33};
  const SamplePlan plan = PlanFor(BytesProgram({p}), in, {4, 0, 1});
  const std::vector<float> out = RunPlanOn(plan, in, ExecutorKind::kFused);
  EXPECT_EQ(out, RunPlanOn(plan, in, ExecutorKind::kReference));
  double sum = 0, squares = 0, n = 0;
  for (int y = 0; y < 200; ++y) {
    for (int x = 0; x < 200; ++x) {
      if (!Inside(BoxOf(plan), x, y)) continue;
      for (int c = 0; c < 3; ++c, ++n) {
        const double v = out[static_cast<size_t>((y * 200 + x) * 3 + c)];
        sum += v;
        squares += v * v;
      }
    }
  }
  // Uniform on 0..255: mean 127.5, standard deviation 73.6; that of the mean of 39,000 is 0.4.
  EXPECT_NEAR(sum / n, 127.5, 2);
  EXPECT_NEAR(std::sqrt(squares / n - sum / n * sum / n), 73.6, 1);
  const SamplePlan other = PlanFor(BytesProgram({p}), in, {4, 1, 1});
  EXPECT_NE(plan.steps[0].Get<EraseStep>().noise, other.steps[0].Get<EraseStep>().noise);
}

TEST(RandomErasing, ErasesTheMeanToZeroAndNeedsNormalizeForIt) {
  const Picture in = NoisePicture(30, 30);
  PipelineProgram program;
  NormalizeParams normalize;
  for (const double v : {0.485, 0.456, 0.406}) {
    normalize.mean.push_back(v);
    normalize.std.push_back(v / 2);
  }
  program.ops = {Erasing(EraseKind::kMean), normalize};
  program.layout = OutputLayout::kNhwc;
  const SamplePlan plan = PlanFor(program, in, {4, 0, 2});
  ASSERT_EQ(plan.steps.size(), 1u);
  for (const ExecutorKind kind : {ExecutorKind::kReference, ExecutorKind::kFused}) {
    const std::vector<float> out = RunPlanOn(plan, in, kind);
    for (int i = 0; i < 2700; ++i) {
      if (Inside(BoxOf(plan), i / 3 % 30, i / 90)) {
        ASSERT_NEAR(out[static_cast<size_t>(i)], 0, 1e-6);
      }
    }
  }
  program.ops.pop_back();
  EXPECT_EQ(CompileProgram(&program).code(), ErrorCode::kPipelineUnsupported);
}

TEST(RandomErasing, LeavesAPictureOfOnePixelAsItIs) {
  const SamplePlan plan =
      PlanFor(BytesProgram({Erasing(EraseKind::kColor)}), NoisePicture(1, 1), {4, 0, 1});
  EXPECT_EQ(plan.steps.size(), 0u);
}

}  // namespace
}  // namespace saker
