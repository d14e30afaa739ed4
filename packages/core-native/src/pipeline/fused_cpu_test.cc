// Twin test: the fused executor against the reference, on every SIMD target this machine supports.
//
// Tolerance, in levels of 0..255, with u = 2^-24 (half an ulp of 1): a weight is rounded once (u
// relative), and a sum of n products in f32, fused or not, is off by at most n u sum |w x| (Higham,
// "Accuracy and Stability", 3.1). With A = max sum |w| of an axis, the two passes give 255 u ((nx +
// 2) + (ny + 2)) Ax Ay. Clamping never grows an error. A blend with factor f multiplies it by at
// most |f| + |1 - f| and adds 4 roundings; contrast also takes in the error of the mean, which is
// no larger. Luma: factor 1, 3 roundings. The f32 output scales by `scale` and rounds twice
// more.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <type_traits>

#include "ops/core/visit_step.h"
#include "plan/axis_table.h"
#include "testing/run_program.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

constexpr double kU = 1.0 / (1 << 24);

double LargestAbsSum(const AxisTable& table) {
  double largest = 1;
  for (int o = 0; o < table.size; ++o) {
    double sum = 0;
    for (int k = 0; k < table.taps; ++k) sum += std::fabs(table.weights[o * table.taps + k]);
    largest = std::max(largest, sum);
  }
  return largest;
}

double ToleranceOf(const SamplePlan& plan) {
  AxisScratch scratch;
  AxisTable x, y;
  BuildAxisTable(plan.x, plan.source.x, &scratch, &x);
  BuildAxisTable(plan.y, plan.source.y, &scratch, &y);
  double error = 255 * kU * (x.taps + y.taps + 4) * LargestAbsSum(x) * LargestAbsSum(y);
  for (const PixelStep& step : plan.steps) {
    if (step.kind == StepKind::kHue) {
      // Whole levels, see kRoundedShare; a mean over them may hold some of the others.
      error = 0.05;
    } else if (step.kind == StepKind::kGrayscale) {
      error += 3 * 255 * kU;
    } else {
      // Brightness, contrast and saturation have one field, the factor.
      double factor = 1;
      VisitStep(step, [&factor](const auto& s) {
        s.VisitFields([&factor](const char*, const auto& value) {
          if constexpr (std::is_convertible_v<decltype(value), double>) factor = value;
        });
      });
      const double f = std::fabs(factor) + std::fabs(1 - factor);
      error = f * (2 * error + 4 * 255 * kU);
    }
  }
  return error + 4 * 255 * kU;
}

// Hue rounds to whole levels first, so values within the f32 error of a rounding edge may come out
// several levels apart: the share of values that may be.
constexpr double kRoundedShare = 0.01;

bool HasHue(const SamplePlan& plan) {
  return std::any_of(plan.steps.begin(), plan.steps.end(),
                     [](const PixelStep& step) { return step.kind == StepKind::kHue; });
}

void ExpectTwins(const SamplePlan& plan, const Picture& picture, const std::string& what) {
  const std::vector<float> want = RunPlanOn(plan, picture, ExecutorKind::kReference);
  const std::vector<float> got = RunPlanOn(plan, picture, ExecutorKind::kFused);
  ASSERT_EQ(want.size(), got.size());
  const double scale = *std::max_element(plan.scale.begin(), plan.scale.end());
  const double tolerance = plan.dtype == OutputDtype::kU8 ? 1 : ToleranceOf(plan) * scale + 16 * kU;
  // Two f32 values on two sides of a tie round to neighbours.
  const double place = plan.dtype == OutputDtype::kF16    ? 0x1p-10
                       : plan.dtype == OutputDtype::kBf16 ? 0x1p-7
                                                          : 0;
  double worst = 0;
  size_t apart = 0;
  for (size_t i = 0; i < want.size(); ++i) {
    ASSERT_FALSE(std::isnan(got[i])) << what;
    const double difference = std::fabs(want[i] - got[i]);
    const double excess = difference - place * std::max(std::fabs(want[i]), 0x1p-14f);
    worst = std::max(worst, excess);
    apart += excess > tolerance ? 1 : 0;
  }
  const double allowed = HasHue(plan) ? 3 + kRoundedShare * static_cast<double>(want.size()) : 0;
  EXPECT_LE(static_cast<double>(apart), allowed)
      << what << " worst " << worst << " tolerance " << tolerance << " source " << picture.width
      << "x" << picture.height << " output " << plan.width() << "x" << plan.height();
}

// A pipeline drawn at random, of ops in an order that users write.
PipelineProgram RandomProgram(std::mt19937* random) {
  const auto below = [&](int n) {
    return static_cast<int>((*random)() % static_cast<uint32_t>(n));
  };
  const auto filter = [&] { return static_cast<Interpolation>(below(4)); };
  PipelineProgram program;
  if (below(3) == 0) {
    program.ops.push_back(
        PadBy(below(9), below(9), below(9), below(9), static_cast<PaddingMode>(below(4)), 0));
  }
  if (below(4) == 0) program.ops.push_back(ResizeShort(5 + below(60), filter()));
  switch (below(4)) {
    case 0: {
      RandomResizedCropParams p;
      p.size.push_back(1 + below(70));
      p.size.push_back(1 + below(70));
      p.scale = {0.08, 1};
      p.ratio = {0.75, 4.0 / 3};
      p.interpolation = filter();
      p.antialias = below(4) != 0;
      program.ops.push_back(p);
      break;
    }
    case 1:
      program.ops.push_back(ResizeTo(1 + below(90), 1 + below(90), filter(), below(4) != 0));
      break;
    case 2:
      program.ops.push_back(ResizeShort(8 + below(50), filter()));
      program.ops.push_back(CenterCropTo(1 + below(60), 1 + below(60)));
      break;
    default: {
      RandomCropParams p;
      p.size.push_back(1 + below(40));
      p.size.push_back(1 + below(40));
      p.pad_if_needed = true;
      p.padding_mode = static_cast<PaddingMode>(below(4));
      program.ops.push_back(p);
    }
  }
  RandomHorizontalFlipParams hflip;
  hflip.p = 0.5;
  RandomVerticalFlipParams vflip;
  vflip.p = 0.5;
  program.ops.push_back(hflip);
  program.ops.push_back(vflip);
  if (below(2) == 0) {
    ColorJitterParams p;
    if (below(3) != 0) p.brightness = {{0.6, 1.4}};
    if (below(3) != 0) p.contrast = {{0.6, 1.4}};
    if (below(3) != 0) p.saturation = {{0.0, 2.0}};
    if (below(3) != 0) p.hue = {{-0.5, 0.5}};
    program.ops.push_back(p);
    if (below(3) == 0) program.ops.push_back(p);
  }
  if (below(4) == 0) {
    GrayscaleParams p;
    p.num_output_channels = 3;
    program.ops.push_back(p);
  }
  program.channels = below(4) == 0 ? 1 : 3;
  program.dtype = static_cast<OutputDtype>(below(4));
  program.layout = below(2) == 0 ? OutputLayout::kNhwc : OutputLayout::kNchw;
  if (program.dtype != OutputDtype::kU8 && below(2) == 0) {
    NormalizeParams p;
    for (int c = 0; c < program.channels; ++c) {
      p.mean.push_back(0.4 + 0.05 * c);
      p.std.push_back(0.2 + 0.01 * c);
    }
    program.ops.push_back(p);
  }
  return program;
}

void RunEverywhere(int rounds) {
  constexpr int kSizes[][2] = {{1, 1},   {3, 8},     {8, 3},     {1, 40}, {40, 1},
                               {17, 31}, {258, 258}, {533, 401}, {700, 9}};
  std::mt19937 random(20211);
  for (int i = 0; i < rounds; ++i) {
    const int* size = kSizes[random() % 9];
    const Picture picture =
        NoisePicture(size[0], size[1], random() % 4 == 0 ? 1 : 3, static_cast<uint32_t>(i));
    const SamplePlan plan =
        PlanFor(RandomProgram(&random), picture, {7, 1, static_cast<uint32_t>(i)});
    ExpectTwins(plan, picture, "round " + std::to_string(i));
    if (::testing::Test::HasFailure()) return;
  }
}

TEST(FusedCpu, EqualsTheReferenceOnEverySimdTarget) {
  ForEachSimdTarget([] { RunEverywhere(150); });
}

TEST(FusedCpu, EqualsTheReferenceOnAPhotoSizedPipeline) {
  const Picture picture = NoisePicture(777, 777);
  for (const Interpolation filter : {Interpolation::kNearest, Interpolation::kBilinear,
                                     Interpolation::kBicubic, Interpolation::kLanczos}) {
    PipelineProgram program;
    program.ops = {ResizeShort(256, filter), CenterCropTo(224, 224)};
    ExpectTwins(PlanFor(program, picture), picture, "eval");
  }
}

// The negative lobes of a filter reach over the border: the colour's share is then below 0.
TEST(FusedCpu, TakesTheBorderBackThroughNegativeWeights) {
  const Picture picture = NoisePicture(9, 7);
  for (const Interpolation filter : {Interpolation::kBicubic, Interpolation::kLanczos}) {
    PipelineProgram program;
    program.ops = {PadBy(4, 3, 4, 3, PaddingMode::kConstant, 200), ResizeTo(31, 40, filter)};
    ExpectTwins(PlanFor(program, picture), picture, "border");
  }
}

TEST(FusedCpu, KeepsASolidPictureSolidUnderEveryFilter) {
  Picture picture{37, 23, 3, std::vector<uint8_t>(37 * 23 * 3, 201)};
  for (const Interpolation filter : {Interpolation::kNearest, Interpolation::kBilinear,
                                     Interpolation::kBicubic, Interpolation::kLanczos}) {
    for (const float v : RunBytes({ResizeTo(50, 11, filter)}, picture, ExecutorKind::kFused)) {
      ASSERT_EQ(v, 201);
    }
  }
}

// Where a border falls under the negative lobes of a filter, the weights inside add up to more
// than 1 and the border's share is negative.
TEST(FusedCpu, EqualsTheReferenceWhereABorderTakesNegativeWeights) {
  const Picture picture = NoisePicture(9, 7);
  for (const Interpolation filter : {Interpolation::kBicubic, Interpolation::kLanczos}) {
    PipelineProgram program;
    program.ops = {PadBy(3, 4, 5, 2, PaddingMode::kConstant, 211), ResizeTo(40, 37, filter)};
    ExpectTwins(PlanFor(program, picture), picture, "border");
  }
}

TEST(FusedCpu, GivesTheSamePixelsFromAGreyPictureAsFromItsRgbCopy) {
  const Picture grey = NoisePicture(41, 29, 1);
  Picture rgb{41, 29, 3, {}};
  for (const uint8_t p : grey.pixels) rgb.pixels.insert(rgb.pixels.end(), 3, p);
  EXPECT_EQ(RunBytes({ResizeTo(20, 33)}, grey, ExecutorKind::kFused),
            RunBytes({ResizeTo(20, 33)}, rgb, ExecutorKind::kFused));
}

TEST(FusedCpu, GivesTheSamePixelsWhateverRanBeforeInTheSameScratch) {
  const Picture small = NoisePicture(20, 20), large = NoisePicture(300, 200);
  const auto first = RunBytes({ResizeTo(31, 31)}, small, ExecutorKind::kFused);
  RunBytes({ResizeTo(100, 150, Interpolation::kLanczos)}, large, ExecutorKind::kFused);
  EXPECT_EQ(RunBytes({ResizeTo(31, 31)}, small, ExecutorKind::kFused), first);
}

TEST(FusedCpu, ABoxBesideThePictureIsBorder) {
  // Beside it along one axis only, so that the rows or columns of the other are still asked for; at
  // once, and behind a border of another colour.
  const Picture picture = NoisePicture(9, 40);
  for (const auto& [top, left] : {std::pair(6, 23), {60, 2}, {60, 23}, {-50, 2}}) {
    ResizedCropParams box;
    box.top = top;
    box.left = left;
    box.height = 33;
    box.width = 8;
    box.size.push_back(6);
    box.size.push_back(46);
    box.interpolation = Interpolation::kBilinear;
    for (const bool bordered : {false, true}) {
      std::vector<OpParams> ops;
      if (bordered) ops.push_back(PadBy(1, 1, 1, 1, PaddingMode::kConstant, 200));
      ops.push_back(box);
      for (const ExecutorKind kind : {ExecutorKind::kReference, ExecutorKind::kFused}) {
        EXPECT_EQ(RunBytes(ops, picture, kind), std::vector<float>(6 * 46 * 3, 0));
      }
    }
  }
}

TEST(FusedCpu, RefusesAnOutputThatIsTooSmall) {
  const Picture picture = NoisePicture(8, 8);
  const SamplePlan plan = PlanFor(BytesProgram({ResizeTo(4, 4)}), picture);
  ExecutorScratch scratch;
  uint8_t out[47];
  EXPECT_EQ(Execute(plan, picture.decoded(), &scratch, {out, sizeof(out)}).code(),
            ErrorCode::kInternal);
}

}  // namespace
}  // namespace saker
