#include <gtest/gtest.h>

#include <array>

#include "ops/color_jitter/color_jitter_steps.h"
#include "testing/run_program.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

RandomPhotometricDistortParams Defaults(double p) {
  RandomPhotometricDistortParams params;
  params.brightness = {0.875, 1.125};
  params.contrast = {0.5, 1.5};
  params.saturation = {0.5, 1.5};
  params.hue = {-0.05, 0.05};
  params.p = p;
  return params;
}

PixelSteps Steps(double p, uint32_t id) {
  return PlanFor(BytesProgram({Defaults(p)}), NoisePicture(1, 1), {5, 0, id}).steps;
}

TEST(RandomPhotometricDistort, DrawsEachPartWithProbabilityP) {
  std::array<int, 16> seen{};
  for (uint32_t id = 0; id < 4000; ++id) {
    for (const PixelStep& step : Steps(0.25, id)) ++seen[static_cast<size_t>(step.kind)];
  }
  // 1000 expected of each, standard deviation 27.
  for (const StepKind kind :
       {StepKind::kBrightness, StepKind::kContrast, StepKind::kSaturation,
        StepKind::kHue, StepKind::kPermute}) {
    EXPECT_NEAR(seen[static_cast<size_t>(kind)], 1000, 5 * 27);
  }
  EXPECT_EQ(Steps(0, 1).size(), 0u);
}

TEST(RandomPhotometricDistort, PutsContrastSecondOrFourthAndFactorsInTheirRanges) {
  int second = 0;
  for (uint32_t id = 0; id < 4000; ++id) {
    const PixelSteps steps = Steps(1, id);
    ASSERT_EQ(steps.size(), 5u);
    EXPECT_EQ(steps[0].kind, StepKind::kBrightness);
    EXPECT_GE(steps[0].Get<BrightnessStep>().factor, 0.875f);
    EXPECT_LE(steps[0].Get<BrightnessStep>().factor, 1.125f);
    EXPECT_EQ(steps[4].kind, StepKind::kPermute);
    const bool is_second = steps[1].kind == StepKind::kContrast;
    second += is_second ? 1 : 0;
    EXPECT_EQ(steps[is_second ? 2 : 1].kind, StepKind::kSaturation);
    EXPECT_EQ(steps[is_second ? 3 : 2].kind, StepKind::kHue);
    EXPECT_EQ(steps[is_second ? 1 : 3].kind, StepKind::kContrast);
  }
  // 2000 expected, standard deviation 32.
  EXPECT_NEAR(second, 2000, 5 * 32);
}

}  // namespace
}  // namespace saker
