#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "ops/color_jitter/color_jitter_steps.h"
#include "testing/run_program.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

using Pixel = std::array<double, 3>;

double NaiveLuma(const Pixel& p) { return 0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2]; }

std::vector<Pixel> Naive(const Picture& in, int op, double f) {
  std::vector<Pixel> out;
  double mean = 0;
  for (size_t i = 0; i < in.pixels.size(); i += 3) {
    out.push_back({static_cast<double>(in.pixels[i]), static_cast<double>(in.pixels[i + 1]),
                   static_cast<double>(in.pixels[i + 2])});
    mean += NaiveLuma(out.back());
  }
  mean /= static_cast<double>(out.size());
  for (Pixel& p : out) {
    const double luma = NaiveLuma(p);
    for (double& v : p)
      v = std::clamp(f * v + (1 - f) * (op == 0 ? 0 : op == 1 ? mean : luma), 0.0, 255.0);
  }
  return out;
}

ColorJitterParams Only(int op, double f) {
  ColorJitterParams p;
  (op == 0 ? p.brightness : op == 1 ? p.contrast : op == 2 ? p.saturation : p.hue) = {{f, f}};
  return p;
}

TEST(ColorJitter, EqualsTheNaiveFormulas) {
  const Picture in = NoisePicture(19, 13);
  const double factors[3][4] = {{0, 0.321, 1, 1.7}, {0, 0.5, 1.04, 1.9}, {0, 0.383, 1, 2.5}};
  for (int op = 0; op < 3; ++op) {
    for (const double f : factors[op]) {
      PipelineProgram program;
      program.ops = {Only(op, f)};
      program.layout = OutputLayout::kNhwc;
      const SamplePlan plan = PlanFor(program, in);
      const std::vector<Pixel> want = Naive(in, op, f);
      for (const ExecutorKind kind : {ExecutorKind::kReference, ExecutorKind::kFused}) {
        const std::vector<float> got = RunPlanOn(plan, in, kind);
        // Pillow's luma weights are 0.299, 0.587, 0.114 rounded to 16 bits: up to 255 * 2^-16
        // apart.
        for (size_t i = 0; i < got.size(); ++i) {
          ASSERT_NEAR(got[i] * 255, want[i / 3][i % 3], 0.02) << "op " << op << " factor " << f;
        }
      }
    }
  }
}

// What Pillow 12.3 under torchvision 0.29 (functional.adjust_hue) makes of twelve colours.
struct HueCase {
  double factor;
  std::vector<uint8_t> pixels;
};
const std::vector<uint8_t> kHueInput = {255, 0,  0,  12, 200, 45,  3,   7,   250, 128, 127, 129,
                                        77,  77, 77, 0,  0,   0,   255, 254, 255, 10,  9,   9,
                                        200, 13, 180, 91, 160, 160, 160, 91,  160, 33,  66,  99};
const HueCase kHueCases[] = {
    {-0.5, {0,   246, 255, 200, 13,  163, 250, 247, 4,   128, 129, 127, 77, 77,  77, 0,  0,  0,
            254, 255, 254, 9,   10,  10,  13,  200, 35,  160, 92,  92,  92, 160, 92, 99, 66, 33}},
    {-0.206, {204, 0,   255, 200, 189, 13, 4,  250, 189, 127, 129, 129, 77, 77,  77,  0,  0,  0,
              254, 254, 255, 10,  9,   10, 13, 35,  200, 108, 160, 92,  92, 108, 160, 33, 99, 50}},
    {0, {255, 0,   0,   13, 200, 43, 4,   10, 250, 128, 127, 129, 77,  77, 77,  0,  0,  0,
         255, 254, 255, 10, 9,   9,  200, 13, 180, 92,  160, 159, 159, 92, 160, 33, 67, 99}},
    {0.1, {255, 150, 0,   13, 200, 154, 143, 4,  250, 129, 127, 129, 77,  77, 77,  0,  0,  0,
           255, 254, 254, 10, 10,  9,   200, 13, 70,  92,  121, 160, 160, 92, 121, 38, 33, 99}},
    {0.5, {0,   255, 252, 200, 13,  171, 250, 236, 4,   128, 129, 127, 77, 77,  77, 0,  0,  0,
           254, 255, 254, 9,   10,  10,  13,  200, 27,  160, 92,  93,  95, 160, 92, 99, 63, 33}}};

TEST(ColorJitter, TurnsTheHueToTheSameLevelsAsPillow) {
  const Picture in{12, 1, 3, kHueInput};
  ForEachSimdTarget([&] {
    for (const HueCase& c : kHueCases) {
      const std::vector<float> want(c.pixels.begin(), c.pixels.end());
      for (const ExecutorKind kind : {ExecutorKind::kReference, ExecutorKind::kFused}) {
        EXPECT_EQ(RunBytes({Only(3, c.factor)}, in, kind), want) << "factor " << c.factor;
      }
    }
  });
}

TEST(ColorJitter, TurnsEveryHueAsTheReferenceDoes) {
  // Every fifth value of each channel.
  Picture in{52 * 52, 52, 3, {}};
  for (int r = 0; r < 52; ++r) {
    for (int g = 0; g < 52; ++g) {
      for (int b = 0; b < 52; ++b) {
        for (const int v : {r, g, b}) in.pixels.push_back(static_cast<uint8_t>(5 * v));
      }
    }
  }
  ForEachSimdTarget([&] {
    for (const double factor : {-0.37, 0.004, 0.25}) {
      EXPECT_EQ(RunBytes({Only(3, factor)}, in, ExecutorKind::kFused),
                RunBytes({Only(3, factor)}, in, ExecutorKind::kReference));
    }
  });
}

TEST(ColorJitter, DrawsEveryOrderAndFactorsInTheirRange) {
  ColorJitterParams p;
  p.brightness = {{0.5, 1.5}};
  p.contrast = {{0.8, 0.9}};
  p.saturation = {{0, 2}};
  p.hue = {{-0.1, 0.1}};
  std::set<std::string> orders;
  for (uint32_t id = 0; id < 1000; ++id) {
    const SamplePlan plan = PlanFor(BytesProgram({p}), NoisePicture(1, 1), {2, 0, id});
    ASSERT_EQ(plan.steps.size(), 4u);
    std::string order;
    for (const PixelStep& step : plan.steps) {
      order += static_cast<char>('0' + static_cast<int>(step.kind));
      if (step.kind == StepKind::kContrast) {
        EXPECT_GE(step.Get<ContrastStep>().factor, 0.8f);
        EXPECT_LE(step.Get<ContrastStep>().factor, 0.9f);
      }
      if (step.kind == StepKind::kHue) {
        EXPECT_LE(std::fabs(step.Get<HueStep>().factor), 0.1f);
        // 25 levels of 255 either way, modulo 256.
        EXPECT_LE((step.Get<HueStep>().levels + 25) & 255, 50);
      }
    }
    orders.insert(order);
  }
  EXPECT_EQ(orders.size(), 24u);
}

TEST(ColorJitter, LeavesOutWhatIsNull) {
  const SamplePlan plan = PlanFor(BytesProgram({Only(2, 0.7)}), NoisePicture(1, 1));
  ASSERT_EQ(plan.steps.size(), 1u);
  EXPECT_EQ(plan.steps[0].kind, StepKind::kSaturation);
  EXPECT_FLOAT_EQ(plan.steps[0].Get<SaturationStep>().factor, 0.7f);
}

}  // namespace
}  // namespace saker
