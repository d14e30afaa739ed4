#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "testing/run_program.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

ElasticTransformParams Elastic(double alpha, double sigma,
                               Interpolation filter = Interpolation::kBilinear) {
  ElasticTransformParams params;
  params.alpha = {alpha, alpha};
  params.sigma = {sigma, sigma};
  params.interpolation = filter;
  params.fill = {200, 20, 90};
  return params;
}

// Offsets are sums of up to 2 * 41 products in f32: 82 u alpha / 2 pixels off, which moves a value
// by 255 levels a pixel at most (bicubic: 1.3 times), on both axes.
TEST(ElasticTransform, EqualsTheReferenceOnEverySimdTarget) {
  constexpr int kSizes[][2] = {{1, 1}, {3, 8}, {1, 40}, {17, 31}, {53, 41}};
  ForEachSimdTarget([&] {
    uint32_t id = 0;
    for (const auto& size : kSizes) {
      for (const Interpolation filter : {Interpolation::kBilinear, Interpolation::kBicubic}) {
        const Picture picture = NoisePicture(size[0], size[1]);
        PipelineProgram program = BytesProgram({Elastic(40, id % 2 == 0 ? 3 : 0, filter)});
        program.dtype = OutputDtype::kF32;
        const SamplePlan plan = PlanFor(program, picture, {3, 0, id++});
        const auto want = RunPlanOn(plan, picture, ExecutorKind::kReference);
        const auto got = RunPlanOn(plan, picture, ExecutorKind::kFused);
        for (size_t i = 0; i < want.size(); ++i) ASSERT_NEAR(want[i], got[i], 3e-4);
      }
    }
  });
}

TEST(ElasticTransform, PicksTheSamePixelsAsTheReferenceButAtEdgesBetweenTwo) {
  const Picture picture = NoisePicture(60, 50);
  const SamplePlan plan =
      PlanFor(BytesProgram({Elastic(40, 3, Interpolation::kNearest)}), picture, {3, 0, 1});
  const auto want = RunPlanOn(plan, picture, ExecutorKind::kReference);
  const auto got = RunPlanOn(plan, picture, ExecutorKind::kFused);
  int apart = 0;
  for (size_t i = 0; i < want.size(); ++i) apart += want[i] != got[i] ? 1 : 0;
  EXPECT_LE(apart, 9);
}

TEST(ElasticTransform, LeavesThePictureAloneWithoutStrength) {
  const Picture picture = NoisePicture(20, 15);
  for (const Interpolation filter :
       {Interpolation::kNearest, Interpolation::kBilinear, Interpolation::kBicubic}) {
    EXPECT_EQ(RunBytes({Elastic(0, 3, filter)}, picture, ExecutorKind::kFused),
              RunBytes({}, picture, ExecutorKind::kFused));
  }
}

// A picture of its own coordinates shows where each pixel came from.
TEST(ElasticTransform, MovesPixelsByOffsetsOfTheFormulasSize) {
  Picture ramp = NoisePicture(200, 100);
  for (int y = 0; y < 100; ++y) {
    for (int x = 0; x < 200; ++x) {
      uint8_t* p = &ramp.pixels[(static_cast<size_t>(y) * 200 + x) * 3];
      p[0] = static_cast<uint8_t>(x);
      p[1] = static_cast<uint8_t>(2 * y);
    }
  }
  ElasticTransformParams params = Elastic(60, 4);
  params.alpha = {60, 20};
  PipelineProgram program = BytesProgram({params});
  program.dtype = OutputDtype::kF32;
  const auto out = RunPlanOn(PlanFor(program, ramp, {3, 0, 1}), ramp, ExecutorKind::kFused);
  double dx2 = 0, dy2 = 0, n = 0;
  for (int y = 20; y < 80; ++y) {
    for (int x = 30; x < 170; ++x) {
      const float* p = &out[(static_cast<size_t>(y) * 200 + x) * 3];
      dx2 += std::pow(p[0] * 255 - x, 2);
      dy2 += std::pow(p[1] * 255 / 2 - y, 2);
      ++n;
    }
  }
  // Noise of variance 1/3 under a Gaussian of sigma 4 keeps 1 / (4 pi sigma^2) of it.
  const double sigma = std::sqrt(1.0 / 3 / (4 * 3.14159265 * 16));
  EXPECT_NEAR(std::sqrt(dx2 / n), 30 * sigma, 30 * sigma * 0.2);
  EXPECT_NEAR(std::sqrt(dy2 / n), 10 * sigma, 10 * sigma * 0.2);
}

TEST(ElasticTransform, DiffersBetweenSamplesAndFillsWhatLiesOutside) {
  const Picture picture = NoisePicture(20, 15);
  const auto run = [&](uint32_t id) {
    return RunPlanOn(PlanFor(BytesProgram({Elastic(900, 3)}), picture, {3, 0, id}), picture,
                     ExecutorKind::kFused);
  };
  const auto a = run(1);
  EXPECT_EQ(a, run(1));
  EXPECT_NE(a, run(2));
  int filled = 0;
  for (size_t i = 0; i < a.size(); i += 3)
    filled += a[i] == 200 && a[i + 1] == 20 && a[i + 2] == 90 ? 1 : 0;
  EXPECT_GT(filled, 30);
}

TEST(ElasticTransform, RefusesLanczos) {
  PipelineProgram program = BytesProgram({Elastic(1, 1, Interpolation::kLanczos)});
  EXPECT_EQ(CompileProgram(&program).code(), ErrorCode::kPipelineUnsupported);
}

}  // namespace
}  // namespace saker
