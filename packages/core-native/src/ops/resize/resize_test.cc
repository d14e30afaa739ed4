#include "ops/resize/resize.h"

#include <gtest/gtest.h>

#include <cmath>

#include "testing/run_program.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

// Expected values from torchvision.transforms.functional._compute_resized_output_size.
TEST(Resize, KeepsTheAspectRatioAsTorchvisionDoes) {
  const auto size = [](int n, int h, int w, std::optional<int> max = {}) {
    ResizeParams p = ResizeShort(n);
    p.max_size = max;
    const PictureSize s = ResizedSize(p, h, w);
    return std::make_pair(s.height, s.width);
  };
  EXPECT_EQ(size(256, 375, 500), std::make_pair(256, 341));
  EXPECT_EQ(size(256, 500, 375), std::make_pair(341, 256));
  EXPECT_EQ(size(256, 400, 400), std::make_pair(256, 256));
  EXPECT_EQ(size(100, 333, 999), std::make_pair(100, 300));
  EXPECT_EQ(size(100, 100, 1000, 300), std::make_pair(30, 300));
  EXPECT_EQ(size(3, 1, 1), std::make_pair(3, 3));
  EXPECT_EQ(size(1, 7, 60000, 2), std::make_pair(1, 2));
}

TEST(Resize, TakesHeightThenWidthFromTwoNumbers) {
  const PictureSize s = ResizedSize(ResizeTo(10, 30), 100, 100);
  EXPECT_EQ(s.height, 10);
  EXPECT_EQ(s.width, 30);
}

// A direct two-dimensional sum in double, no separation, no tables.
double NaiveKernel(Interpolation f, double x) {
  x = std::fabs(x);
  const auto sinc = [](double t) { return t == 0 ? 1.0 : std::sin(M_PI * t) / (M_PI * t); };
  if (f == Interpolation::kBilinear) return x < 1 ? 1 - x : 0;
  if (f == Interpolation::kLanczos) return x < 3 ? sinc(x) * sinc(x / 3) : 0;
  if (x < 1) return 1.5 * x * x * x - 2.5 * x * x + 1;
  return x < 2 ? -0.5 * x * x * x + 2.5 * x * x - 4 * x + 2 : 0;
}

double NaivePixel(const Picture& in, int oh, int ow, int oy, int ox, int c, Interpolation f,
                  bool antialias) {
  const double sy = static_cast<double>(in.height) / oh, sx = static_cast<double>(in.width) / ow;
  const double ty = antialias ? std::fmax(sy, 1) : 1, tx = antialias ? std::fmax(sx, 1) : 1;
  double sum = 0, total = 0;
  for (int y = 0; y < in.height; ++y) {
    for (int x = 0; x < in.width; ++x) {
      const double w = NaiveKernel(f, (y + 0.5 - (oy + 0.5) * sy) / ty) *
                       NaiveKernel(f, (x + 0.5 - (ox + 0.5) * sx) / tx);
      sum += w * in.at(y, x, c);
      total += w;
    }
  }
  return sum / total;
}

TEST(Resize, EqualsADirectTwoDimensionalSum) {
  Picture in = NoisePicture(23, 17);
  // 64..191: overshoot of the negative lobes stays inside 0..255, where the clamps do nothing.
  for (uint8_t& p : in.pixels) p = static_cast<uint8_t>(64 + p / 2);
  for (const Interpolation f :
       {Interpolation::kBilinear, Interpolation::kBicubic, Interpolation::kLanczos}) {
    for (const bool antialias : {true, false}) {
      for (const auto& [h, w] : {std::pair<int, int>{8, 9}, {40, 31}, {5, 60}}) {
        PipelineProgram program;
        program.ops = {ResizeTo(h, w, f, antialias)};
        program.layout = OutputLayout::kNhwc;
        const SamplePlan plan = PlanFor(program, in);
        for (const ExecutorKind kind : {ExecutorKind::kReference, ExecutorKind::kFused}) {
          const std::vector<float> got = RunPlanOn(plan, in, kind);
          for (int i = 0; i < h * w; i += 7) {
            const double want = NaivePixel(in, h, w, i / w, i % w, i % 3, f, antialias) / 255;
            ASSERT_NEAR(got[static_cast<size_t>(i) * 3 + i % 3], want, 1e-5);
          }
        }
      }
    }
  }
}

TEST(Resize, NearestTakesThePixelUnderTheCentre) {
  const Picture in = NoisePicture(10, 4);
  const std::vector<float> got = RunBytes({ResizeTo(2, 5, Interpolation::kNearest)}, in);
  for (int y = 0; y < 2; ++y) {
    for (int x = 0; x < 5; ++x) EXPECT_EQ(got[(y * 5 + x) * 3], in.at(y * 2 + 1, x * 2 + 1, 0));
  }
}

TEST(Resize, AfterAnotherResizeMultipliesTheWeights) {
  const Picture in = NoisePicture(24, 24);
  PipelineProgram both;
  both.ops = {ResizeTo(13, 13), CenterCropTo(9, 9), ResizeTo(5, 7)};
  const std::vector<float> got = RunPlanOn(PlanFor(both, in), in, ExecutorKind::kFused);
  // Step by step on f64 pictures.
  std::vector<double> a(13 * 13);
  for (int i = 0; i < 169; ++i)
    a[i] = NaivePixel(in, 13, 13, i / 13, i % 13, 0, Interpolation::kBilinear, true);
  for (int oy = 0; oy < 5; ++oy) {
    for (int ox = 0; ox < 7; ++ox) {
      double sum = 0, total = 0;
      for (int y = 0; y < 9; ++y) {
        for (int x = 0; x < 9; ++x) {
          const double w =
              NaiveKernel(Interpolation::kBilinear, (y + 0.5 - (oy + 0.5) * 9 / 5) / (9 / 5.0)) *
              NaiveKernel(Interpolation::kBilinear, (x + 0.5 - (ox + 0.5) * 9 / 7) / (9 / 7.0));
          sum += w * a[(y + 2) * 13 + x + 2];
          total += w;
        }
      }
      EXPECT_NEAR(got[oy * 7 + ox], sum / total / 255, 1e-5);
    }
  }
}

TEST(Resize, RefusesMaxSizeThatCannotBeHeld) {
  ResizeParams p = ResizeShort(10);
  p.max_size = 10;
  PipelineProgram program = BytesProgram({p});
  EXPECT_EQ(CompileProgram(&program).code(), ErrorCode::kPipelineUnsupported);
  p = ResizeTo(5, 5);
  p.max_size = 20;
  program = BytesProgram({p});
  EXPECT_EQ(CompileProgram(&program).code(), ErrorCode::kPipelineUnsupported);
}

}  // namespace
}  // namespace saker
