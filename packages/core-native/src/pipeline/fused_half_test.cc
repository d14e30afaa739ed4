#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <vector>

#include "base/half.h"
#include "pipeline/simple_half.h"
#include "testing/run_program.h"

namespace saker {
namespace {

using testing_support::ForEachSimdTarget;
using testing_support::NoisePicture;
using testing_support::Picture;
using testing_support::PlanFor;
using testing_support::SmallFloatValue;

// Raw output of a plan.
template <class T>
std::vector<T> Run(const SamplePlan& plan, const Picture& picture, ExecutorKind kind) {
  ExecutorScratch scratch;
  std::vector<T> out(plan.output_bytes() / sizeof(T));
  const OutputView view{out.data(), plan.output_bytes()};
  EXPECT_TRUE(Execute(plan, picture.decoded(), &scratch, view, kind).ok());
  return out;
}

struct Seen {
  int ties = 0, subnormal = 0, infinite = 0, negative = 0;
};

// The halves of `plan` against the f32 output of the same executor, rounded by the definition.
void ExpectRounded(SamplePlan plan, const Picture& picture, ExecutorKind kind, Seen* seen) {
  plan.dtype = OutputDtype::kF32;
  const std::vector<float> exact = Run<float>(plan, picture, kind);
  for (const OutputDtype dtype : {OutputDtype::kF16, OutputDtype::kBf16}) {
    plan.dtype = dtype;
    const int fraction = dtype == OutputDtype::kF16 ? kHalfFraction : kBfloatFraction;
    const std::vector<uint16_t> halves = Run<uint16_t>(plan, picture, kind);
    ASSERT_EQ(halves.size(), exact.size());
    for (size_t i = 0; i < halves.size(); ++i) {
      ASSERT_EQ(halves[i], NearestSmallFloat(exact[i], fraction)) << exact[i];
      const float value = SmallFloatValue(halves[i], fraction);
      const double gap = std::fabs(static_cast<double>(exact[i]) - value);
      const float up = SmallFloatValue(static_cast<uint16_t>(halves[i] + 1), fraction);
      seen->ties += gap > 0 && std::fabs(gap * 2 - std::fabs(static_cast<double>(up) - value)) == 0;
      seen->subnormal += (halves[i] & 0x7c00) == 0 && halves[i] != 0;
      seen->infinite += std::isinf(value);
      seen->negative += halves[i] & 0x8000 ? 1 : 0;
    }
  }
}

SamplePlan Scaled(const Picture& picture, OutputLayout layout, int channels, float scale,
                  float bias) {
  PipelineProgram program;
  program.layout = layout;
  program.channels = channels;
  SamplePlan plan = PlanFor(program, picture);
  plan.scale = {scale, scale * 1.5f, scale};
  plan.bias = {bias, -bias, bias};
  return plan;
}

void ExpectRoundedEverywhere(ExecutorKind kind) {
  // 37 columns: whole vectors and a rest on every target.
  const Picture picture = NoisePicture(37, 11);
  Seen seen;
  for (const float scale : {1.0f, 1 / 255.0f, 1.0f + 0x1p-10f, 0x1.01p-3f, 0x1p-20f, 0x1.8p-25f, 1e-38f,
                            300.0f, -0x1.004p+1f}) {
    for (const float bias : {0.0f, 0x1p-24f, -0.3f, 2048.5f, 0x1p-25f}) {
      for (const OutputLayout layout : {OutputLayout::kNchw, OutputLayout::kNhwc}) {
        for (const int channels : {1, 3})
          ExpectRounded(Scaled(picture, layout, channels, scale, bias), picture, kind, &seen);
      }
    }
  }
  EXPECT_GT(seen.ties, 100);
  EXPECT_GT(seen.subnormal, 100);
  EXPECT_GT(seen.infinite, 100);
  EXPECT_GT(seen.negative, 100);
}

TEST(FusedHalf, RoundsTheF32OutputToNearestEvenOnEverySimdTarget) {
  ForEachSimdTarget([] { ExpectRoundedEverywhere(ExecutorKind::kFused); });
}

TEST(FusedHalf, SoDoesTheReference) { ExpectRoundedEverywhere(ExecutorKind::kReference); }

TEST(NearestSmallFloat, EqualsTheFastConversions) {
  uint32_t bits = 1;
  for (int i = 0; i < 2000000; ++i) {
    bits = bits * 1664525u + 1013904223u;
    const float value = FloatFromBits(bits);
    if (std::isnan(value)) continue;
    ASSERT_EQ(NearestSmallFloat(value, kHalfFraction), FloatToHalf(value)) << value;
    ASSERT_EQ(NearestSmallFloat(value, kBfloatFraction), FloatToBfloat(value)) << value;
  }
}

}  // namespace
}  // namespace saker
