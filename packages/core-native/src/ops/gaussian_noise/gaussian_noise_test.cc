#include <gtest/gtest.h>

#include <cmath>

#include "testing/run_program.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

GaussianNoiseParams Noise(double mean, double sigma) {
  GaussianNoiseParams p;
  p.mean = mean;
  p.sigma = sigma;
  p.clip = true;
  return p;
}

std::vector<float> Noisy(const GaussianNoiseParams& params, const Picture& in, const SampleKey& key,
                       ExecutorKind kind = ExecutorKind::kFused) {
  PipelineProgram program;
  program.ops = {params};
  return RunPlanOn(PlanFor(program, in, key), in, kind);
}

TEST(GaussianNoise, HasTheMeanAndDeviationAskedAndNoDependenceBetweenChannels) {
  const Picture in{256, 256, 3, std::vector<uint8_t>(256 * 256 * 3, 128)};
  const std::vector<float> out = Noisy(Noise(0.05, 0.1), in, {3, 1, 4});
  const size_t area = 256 * 256;
  double mean[3] = {}, square[3] = {}, product = 0;
  for (size_t c = 0; c < 3; ++c) {
    for (size_t i = 0; i < area; ++i) {
      const double v = out[c * area + i] - 128.0 / 255;
      mean[c] += v / area;
      square[c] += v * v / area;
    }
    EXPECT_NEAR(mean[c], 0.05, 5 * 0.1 / 256);
    EXPECT_NEAR(std::sqrt(square[c] - mean[c] * mean[c]), 0.1, 5 * 0.1 / (256 * std::sqrt(2.0)));
  }
  for (size_t i = 0; i < area; ++i) {
    product += (out[i] - 128.0 / 255 - mean[0]) * (out[area + i] - 128.0 / 255 - mean[1]) / area;
  }
  EXPECT_NEAR(product, 0, 5 * 0.01 / 256);
}

TEST(GaussianNoise, EqualsTheReferenceOnEverySimdTarget) {
  const Picture in = NoisePicture(53, 37);
  ForEachSimdTarget([&] {
    const std::vector<float> want = Noisy(Noise(0, 0.2), in, {1, 2, 3}, ExecutorKind::kReference);
    const std::vector<float> got = Noisy(Noise(0, 0.2), in, {1, 2, 3});
    for (size_t i = 0; i < want.size(); ++i) ASSERT_NEAR(got[i], want[i], 1e-5) << i;
  });
}

TEST(GaussianNoise, IsAnotherForEverySampleAndTheSameForTheSameOne) {
  const Picture in = NoisePicture(16, 16);
  EXPECT_EQ(Noisy(Noise(0, 0.1), in, {1, 2, 3}), Noisy(Noise(0, 0.1), in, {1, 2, 3}));
  EXPECT_NE(Noisy(Noise(0, 0.1), in, {1, 2, 3}), Noisy(Noise(0, 0.1), in, {1, 2, 4}));
  EXPECT_NE(Noisy(Noise(0, 0.1), in, {1, 2, 3}), Noisy(Noise(0, 0.1), in, {1, 3, 3}));
}

TEST(GaussianNoise, WithoutClippingIsRefused) {
  GaussianNoiseParams p = Noise(0, 0.1);
  p.clip = false;
  PipelineProgram program = BytesProgram({p});
  EXPECT_EQ(CompileProgram(&program).code(), ErrorCode::kPipelineUnsupported);
}

}  // namespace
}  // namespace saker
