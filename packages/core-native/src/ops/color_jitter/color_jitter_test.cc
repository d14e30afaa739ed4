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

// RGB to HSV and back by way of the hexagon, written out (Smith 1978, "Color gamut transform
// pairs").
Pixel NaiveHue(const Pixel& in, double turn) {
  const double v = std::max({in[0], in[1], in[2]}), m = std::min({in[0], in[1], in[2]});
  if (v == m) return in;
  const double r = (v - in[0]) / (v - m), g = (v - in[1]) / (v - m), b = (v - in[2]) / (v - m);
  double h = in[0] == v   ? (in[1] == m ? 5 + b : 1 - g)
             : in[1] == v ? (in[2] == m ? 1 + r : 3 - b)
                          : (in[0] == m ? 3 + g : 5 - r);
  h = std::fmod(h + 6 * turn + 12, 6);
  const int i = static_cast<int>(h);
  const double f = h - i, s = (v - m) / v;
  const double p = v * (1 - s), q = v * (1 - s * f), t = v * (1 - s * (1 - f));
  const Pixel table[6] = {{v, t, p}, {q, v, p}, {p, v, t}, {p, q, v}, {t, p, v}, {v, p, q}};
  return table[i];
}

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
    if (op == 3) {
      p = NaiveHue(p, f);
      continue;
    }
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
  Picture in = NoisePicture(19, 13);
  std::fill_n(in.pixels.begin(), 6, 77);  // grey pixels have no hue
  const double factors[4][4] = {
      {0, 0.321, 1, 1.7}, {0, 0.5, 1.04, 1.9}, {0, 0.383, 1, 2.5}, {-0.5, -0.206, 0, 0.5}};
  for (int op = 0; op < 4; ++op) {
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
