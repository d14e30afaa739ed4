#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "ops/gaussian_blur/gaussian_blur_steps.h"
#include "testing/run_program.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

GaussianBlurParams Blur(int kx, int ky, double low, double high) {
  GaussianBlurParams p;
  p.kernel_size = {kx, ky};
  p.sigma = {low, high};
  return p;
}

TEST(GaussianBlur, SpreadsOnePixelAsAGaussian) {
  Picture in{9, 9, 1, std::vector<uint8_t>(81)};
  in.pixels[40] = 255;
  PipelineProgram program;
  program.ops = {Blur(5, 3, 1.5, 1.5)};
  program.layout = OutputLayout::kNhwc;
  const auto w = [](int k) { return std::exp(-k * k / 4.5); };
  const double total = (w(0) + 2 * w(1) + 2 * w(2)) * (w(0) + 2 * w(1));
  for (const ExecutorKind kind : {ExecutorKind::kReference, ExecutorKind::kFused}) {
    const std::vector<float> out = RunPlanOn(PlanFor(program, in), in, kind);
    for (int y = 0; y < 9; ++y) {
      for (int x = 0; x < 9; ++x) {
        const int dy = std::abs(y - 4), dx = std::abs(x - 4);
        const double want = dy > 1 || dx > 2 ? 0 : w(dy) * w(dx) / total;
        ASSERT_NEAR(out[(y * 9 + x) * 3], want, 1e-6) << y << "," << x;
      }
    }
  }
}

TEST(GaussianBlur, ReflectsTheBorderWithoutRepeatingTheEdge) {
  const Picture in{3, 1, 1, {0, 100, 200}};
  // Three equal weights as sigma grows: (100 + 0 + 100) / 3 at the left edge.
  for (const ExecutorKind kind : {ExecutorKind::kReference, ExecutorKind::kFused}) {
    const std::vector<float> out = RunBytes({Blur(3, 3, 1000, 1000)}, in, kind);
    EXPECT_EQ(out[0], 67);
    EXPECT_EQ(out[3], 100);
    EXPECT_EQ(out[6], 133);
  }
}

TEST(GaussianBlur, KeepsAPictureThatIsSmallerThanTheKernel) {
  const Picture in{1, 1, 3, {7, 77, 177}};
  for (const ExecutorKind kind : {ExecutorKind::kReference, ExecutorKind::kFused}) {
    EXPECT_EQ(RunBytes({Blur(23, 255, 2, 2)}, in, kind), (std::vector<float>{7, 77, 177}));
  }
}

TEST(GaussianBlur, DrawsSigmaInItsRange) {
  double low = 9, high = 0;
  for (uint32_t id = 0; id < 1000; ++id) {
    const SamplePlan plan =
        PlanFor(BytesProgram({Blur(3, 3, 0.1, 2)}), NoisePicture(1, 1), {2, 0, id});
    low = std::min(low, plan.steps[0].Get<BlurStep>().sigma);
    high = std::max(high, plan.steps[0].Get<BlurStep>().sigma);
  }
  EXPECT_GE(low, 0.1);
  EXPECT_LT(low, 0.12);
  EXPECT_LE(high, 2);
  EXPECT_GT(high, 1.98);
}

}  // namespace
}  // namespace saker
