#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "ops/core/warp_matrices.h"
#include "ops/warp/warp_steps.h"
#include "testing/run_program.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

constexpr Interpolation kFilters[] = {Interpolation::kNearest, Interpolation::kBilinear,
                                      Interpolation::kBicubic};

AffineParams AffineBy(double angle, Point translate, double scale, Point shear,
                      Interpolation filter) {
  AffineParams p;
  p.angle = angle;
  p.translate = translate;
  p.scale = scale;
  p.shear = shear;
  p.interpolation = filter;
  p.fill = {17, 99, 201};
  return p;
}

RandomRotationParams Turn(double degrees, bool expand, Interpolation filter) {
  RandomRotationParams p;
  p.degrees = {degrees, degrees};
  p.expand = expand;
  p.interpolation = filter;
  return p;
}

PerspectiveParams Tilt(int w, int h, Interpolation filter) {
  PerspectiveParams p;
  const double r = w - 1, b = h - 1;
  p.startpoints = {{{{0, 0}}, {{r, 0}}, {{r, b}}, {{0, b}}}};
  p.endpoints = {{{{r * 0.2, b * 0.1}}, {{r * 0.9, 0}}, {{r, b * 0.8}}, {{0, b}}}};
  p.interpolation = filter;
  return p;
}

// On whole levels the two are equal to the bit: both compute in double, in the same order.
TEST(Warp, EqualsTheReferenceToTheBitOnEverySimdTarget) {
  constexpr int kSizes[][2] = {{1, 1}, {2, 3}, {3, 8}, {1, 40}, {40, 1}, {17, 31}, {133, 41}};
  ForEachSimdTarget([&] {
    std::mt19937 random(5);
    for (const auto& size : kSizes) {
      const Picture in = NoisePicture(size[0], size[1], 3, random());
      for (const Interpolation filter : kFilters) {
        const auto real = [&](double low, double high) {
          return low + (high - low) * (random() * 0x1p-32);
        };
        std::vector<std::vector<OpParams>> programs = {
            {AffineBy(real(-180, 180), {{real(-9, 9), real(-9, 9)}}, real(0.3, 2),
                      {{real(-30, 30), real(-30, 30)}}, filter)},
            {AffineBy(0, {{3, -2}}, 1, {{0, 0}}, filter)},
            {Turn(real(-400, 400), true, filter)},
            {Turn(90, false, filter), RandomHorizontalFlipParams{1}},
            {Turn(real(-90, 90), true, filter), RandomVerticalFlipParams{1}, CenterCropTo(9, 13),
             RandomHorizontalFlipParams{1}}};
        if (size[0] > 2 && size[1] > 2) programs.push_back({Tilt(size[0], size[1], filter)});
        for (const auto& ops : programs) {
          ASSERT_EQ(RunBytes(ops, in, ExecutorKind::kFused),
                    RunBytes(ops, in, ExecutorKind::kReference))
              << size[0] << "x" << size[1] << " filter " << static_cast<int>(filter);
        }
      }
    }
  });
}

TEST(Warp, TurnsByRightAnglesWithoutChangingAPixel) {
  const Picture in = NoisePicture(7, 5);
  for (const Interpolation filter : kFilters) {
    for (const ExecutorKind kind : {ExecutorKind::kFused, ExecutorKind::kReference}) {
      const std::vector<float> half = RunBytes({Turn(180, false, filter)}, in, kind);
      const std::vector<float> quarter = RunBytes({Turn(90, true, filter)}, in, kind);
      ASSERT_EQ(quarter.size(), half.size());
      for (int y = 0; y < 5; ++y) {
        for (int x = 0; x < 7; ++x) {
          ASSERT_EQ(half[static_cast<size_t>((4 - y) * 7 + 6 - x) * 3], in.at(y, x, 0));
          // Counter-clockwise: the right column becomes the top row.
          ASSERT_EQ(quarter[static_cast<size_t>((6 - x) * 5 + y) * 3], in.at(y, x, 0));
        }
      }
      EXPECT_EQ(RunBytes({Turn(360, false, filter)}, in, kind),
                std::vector<float>(in.pixels.begin(), in.pixels.end()));
    }
  }
}

TEST(Warp, FillsOutsideWithWholeLevelsAndNoFraction) {
  const Picture in{4, 4, 3, std::vector<uint8_t>(48, 200)};
  AffineParams p = AffineBy(0, {{1.5, 0}}, 1, {{0, 0}}, Interpolation::kBilinear);
  p.fill = {10.9, 20, 30};
  for (const ExecutorKind kind : {ExecutorKind::kFused, ExecutorKind::kReference}) {
    const std::vector<float> out = RunBytes({p}, in, kind);
    // x + 0.5 - 1.5 < 0 for the first column only.
    EXPECT_EQ(out[0], 10);
    EXPECT_EQ(out[1], 20);
    for (int x = 1; x < 4; ++x) EXPECT_EQ(out[static_cast<size_t>(x) * 3], 200);
  }
}

TEST(Warp, BecomesOneWithAWarpOfTheSameFilterAndColour) {
  const Picture in = NoisePicture(40, 30);
  const AffineParams a = AffineBy(10, {{1, 2}}, 1, {{0, 0}}, Interpolation::kBilinear);
  const AffineParams b = AffineBy(-10, {{0, 0}}, 1, {{0, 0}}, Interpolation::kBilinear);
  EXPECT_EQ(PlanFor(BytesProgram({a, RandomHorizontalFlipParams{1}, b}), in).steps.size(), 1u);
  AffineParams other = b;
  other.interpolation = Interpolation::kNearest;
  EXPECT_EQ(PlanFor(BytesProgram({a, other}), in).steps.size(), 2u);
  other = b;
  other.fill = {1, 2, 3};
  EXPECT_EQ(PlanFor(BytesProgram({a, other}), in).steps.size(), 2u);
  EXPECT_EQ(PlanFor(BytesProgram({a, RandomInvertParams{1}, b}), in).steps.size(), 3u);
  // There and back again: every pixel that stayed inside, to within what the matrix rounds.
  const AffineParams c = AffineBy(25, {{0, 0}}, 1, {{0, 0}}, Interpolation::kBilinear);
  const AffineParams d = AffineBy(-25, {{0, 0}}, 1, {{0, 0}}, Interpolation::kBilinear);
  const std::vector<float> out = RunBytes({c, d}, in, ExecutorKind::kFused);
  for (size_t i = 0; i < out.size(); ++i) ASSERT_NEAR(out[i], in.pixels[i], 1);
}

// What is cut from the passes before must change no pixel.
TEST(Warp, ReadsOnlyWhatTheCropBehindItNeeds) {
  const Picture in = NoisePicture(200, 160);
  for (const Interpolation filter : kFilters) {
    for (const OpParams& warp :
         {OpParams(Turn(30, false, filter)), OpParams(Tilt(200, 160, filter)),
          OpParams(AffineBy(3, {{90, -60}}, 0.7, {{5, 5}}, filter))}) {
      const SamplePlan plan = PlanFor(BytesProgram({warp, CenterCropTo(20, 24)}), in);
      EXPECT_LT(plan.source.width, 90);
      EXPECT_LT(plan.source.height, 90);
      const std::vector<float> whole = RunBytes({warp}, in, ExecutorKind::kReference);
      for (const ExecutorKind kind : {ExecutorKind::kFused, ExecutorKind::kReference}) {
        const std::vector<float> out = RunPlanOn(plan, in, kind);
        for (int y = 0; y < 20; ++y) {
          for (int i = 0; i < 24 * 3; ++i) {
            ASSERT_EQ(out[static_cast<size_t>(y * 24 * 3 + i)],
                      whole[static_cast<size_t>((70 + y) * 200 * 3 + 88 * 3 + i)]);
          }
        }
      }
    }
  }
}

TEST(Warp, ReadsOnlyWhatAResizeBehindItNeeds) {
  const Picture in = NoisePicture(300, 300);
  RandomResizedCropParams crop;
  crop.size.push_back(16);
  crop.size.push_back(16);
  crop.scale = {0.05, 0.05};
  crop.ratio = {1, 1};
  crop.interpolation = Interpolation::kBilinear;
  crop.antialias = true;
  const AffineParams warp = AffineBy(20, {{0, 0}}, 1, {{0, 0}}, Interpolation::kBilinear);
  ColorJitterParams jitter;
  jitter.brightness = {{0.5, 0.5}};
  const SamplePlan plan = PlanFor(BytesProgram({warp, jitter, crop}), in, {1, 2, 3});
  // A box of 67 pixels, turned by 20 degrees.
  EXPECT_LT(plan.source.width, 110);
  EXPECT_LT(plan.source.height, 110);
  ASSERT_EQ(plan.steps.size(), 3u);
  EXPECT_EQ(plan.steps[0].width, 67);
  const std::vector<float> got = RunPlanOn(plan, in, ExecutorKind::kFused);
  const std::vector<float> want = RunPlanOn(plan, in, ExecutorKind::kReference);
  for (size_t i = 0; i < got.size(); ++i) ASSERT_NEAR(got[i], want[i], 1);
  // Contrast takes its mean from the whole picture, which is then made whole.
  jitter.brightness.reset();
  jitter.contrast = {{0.5, 0.5}};
  RandomErasingParams erase;
  erase.p = 1;
  erase.scale = {0.1, 0.1};
  erase.ratio = {1, 1};
  EXPECT_EQ(PlanFor(BytesProgram({warp, erase, crop}), in, {1, 2, 3}).steps[0].width, 300);
}

TEST(Warp, DrawsParametersInTheirRanges) {
  RandomAffineParams p;
  p.degrees = {-10, 20};
  p.translate = {{0.1, 0.2}};
  p.scale = {{0.5, 2}};
  p.shear = {{-5, 5, 0, 1}};
  int moved = 0;
  for (uint32_t id = 0; id < 500; ++id) {
    const SamplePlan plan = PlanFor(BytesProgram({p}), NoisePicture(100, 50), {3, 0, id});
    ASSERT_EQ(plan.steps.size(), 1u);
    const Matrix3& m = plan.steps[0].Get<WarpStep>().matrix;
    // The determinant of the map back is 1 / scale^2.
    const double scale = 1 / std::sqrt(m[0] * m[4] - m[1] * m[3]);
    EXPECT_GE(scale, 0.5 - 1e-9);
    EXPECT_LE(scale, 2 + 1e-9);
    // The centre of the output comes from the centre moved by at most the translation, scaled.
    const double dx = m[0] * 50 + m[1] * 25 + m[2] - 50, dy = m[3] * 50 + m[4] * 25 + m[5] - 25;
    EXPECT_LE(std::hypot(dx, dy) * scale, std::hypot(10, 10) * 1.2);
    moved += std::hypot(dx, dy) > 1 ? 1 : 0;
  }
  EXPECT_GT(moved, 400);
  RandomPerspectiveParams tilt;
  tilt.distortion_scale = 0.5;
  tilt.p = 0.5;
  int on = 0;
  for (uint32_t id = 0; id < 2000; ++id)
    on += static_cast<int>(PlanFor(BytesProgram({tilt}), NoisePicture(60, 40), {3, 0, id}).steps.size());
  // 1000 expected, standard deviation 22; one of 30 * 20 * ... draws leaves all corners alone.
  EXPECT_NEAR(on, 1000, 5 * 22 + 5);
  EXPECT_EQ(PlanFor(BytesProgram({tilt}), NoisePicture(1, 1), {3, 0, 1}).steps.size(), 0u);
}

TEST(Warp, RefusesPointsInALineAndWarpsAfterNormalize) {
  PerspectiveParams p = Tilt(10, 10, Interpolation::kBilinear);
  p.endpoints = {{{{0, 0}}, {{1, 1}}, {{2, 2}}, {{0, 9}}}};
  PipelineProgram line = BytesProgram({p});
  EXPECT_EQ(CompileProgram(&line).code(), ErrorCode::kPipelineUnsupported);
  NormalizeParams normalize;
  normalize.mean.push_back(0.5);
  normalize.std.push_back(0.5);
  PipelineProgram late;
  late.ops = {normalize, Turn(3, false, Interpolation::kBilinear)};
  EXPECT_EQ(CompileProgram(&late).code(), ErrorCode::kPipelineUnsupported);
}

TEST(Warp, KnowsTheSizeOfATurnByAFixedAngle) {
  PipelineProgram fixed =
      BytesProgram({ResizeTo(30, 50), Turn(90, true, Interpolation::kNearest)});
  ASSERT_TRUE(CompileProgram(&fixed).ok());
  EXPECT_EQ(fixed.height, 50);
  EXPECT_EQ(fixed.width, 30);
  RandomRotationParams any = Turn(90, true, Interpolation::kNearest);
  any.degrees = {0, 90};
  PipelineProgram open = BytesProgram({ResizeTo(30, 50), any});
  ASSERT_TRUE(CompileProgram(&open).ok());
  EXPECT_FALSE(open.fixed_size());
}

}  // namespace
}  // namespace saker
