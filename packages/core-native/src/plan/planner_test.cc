#include <gtest/gtest.h>

#include <cstring>

#include "codec/orient.h"
#include "testing/run_program.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

ImageInfo JpegInfo(int width, int height, int orientation = 1) {
  ImageInfo info;
  info.format = ImageFormat::kJpeg;
  info.width = width;
  info.height = height;
  info.orientation = orientation;
  return info;
}

PipelineProgram EvalProgram(DctScaling scaling) {
  PipelineProgram program = BytesProgram({ResizeShort(256), CenterCropTo(224, 224)});
  program.dct_scaling = scaling;
  EXPECT_TRUE(CompileProgram(&program).ok());
  return program;
}

SamplePlan Plan(const PipelineProgram& program, const ImageInfo& info, const SampleKey& key = {}) {
  SamplePlan plan;
  const Status status = MakePlan(program, info, key, &plan);
  EXPECT_TRUE(status.ok()) << status.detail();
  return plan;
}

TEST(Planner, AsksForNoMoreThanTheCropReads) {
  const SamplePlan plan = Plan(EvalProgram(DctScaling::kOff), JpegInfo(1024, 512));
  // Scale 2: columns 144..368 of 512 read from 2 * 144 - 2 + the filter's support on both sides.
  EXPECT_EQ(plan.decode.region, (Rect{287, 31, 450, 450}));
  EXPECT_EQ(plan.decode.scale_denom, 1);
  EXPECT_EQ(plan.source, plan.decode.region);
}

TEST(Planner, UsesTheLargestDctScaleThatStillLeavesEnoughPixels) {
  const PipelineProgram program = EvalProgram(DctScaling::kAuto);
  EXPECT_EQ(Plan(program, JpegInfo(511, 700)).decode.scale_denom, 1);
  EXPECT_EQ(Plan(program, JpegInfo(512, 700)).decode.scale_denom, 2);
  EXPECT_EQ(Plan(program, JpegInfo(1024, 1400)).decode.scale_denom, 4);
  EXPECT_EQ(Plan(program, JpegInfo(2048, 2048)).decode.scale_denom, 8);
  EXPECT_EQ(Plan(program, JpegInfo(9000, 9000)).decode.scale_denom, 8);
  EXPECT_EQ(Plan(EvalProgram(DctScaling::kOff), JpegInfo(9000, 9000)).decode.scale_denom, 1);
  ImageInfo png = JpegInfo(2048, 2048);
  png.format = ImageFormat::kPng;
  EXPECT_EQ(Plan(program, png).decode.scale_denom, 1);
}

TEST(Planner, NeverScalesForNearestOrBehindAPad) {
  PipelineProgram nearest = BytesProgram({ResizeTo(8, 8, Interpolation::kNearest)});
  nearest.dct_scaling = DctScaling::kAuto;
  EXPECT_EQ(Plan(nearest, JpegInfo(512, 512)).decode.scale_denom, 1);
  PipelineProgram padded = BytesProgram({PadBy(1, 1, 1, 1, PaddingMode::kEdge), ResizeTo(8, 8)});
  padded.dct_scaling = DctScaling::kAuto;
  EXPECT_EQ(Plan(padded, JpegInfo(512, 512)).decode.scale_denom, 1);
}

// A box-scaled picture of a linear ramp is the ramp on the coarser grid, so whatever the scale,
// orientation and flips, the resampled values must agree with those of the full-resolution plan.
TEST(Planner, MapsScaledPixelsToWhereTheyStand) {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    for (const double p : {0.0, 1.0}) {
      RandomHorizontalFlipParams flip;
      flip.p = p;
      // Sides that are no multiple of 8: the last scaled pixel stands for part of a block.
      const ImageInfo info = JpegInfo(203, 181, orientation);
      PipelineProgram program;
      program.ops = {flip, CenterCropTo(150, 140), ResizeTo(17, 16)};
      ASSERT_TRUE(CompileProgram(&program).ok());
      std::vector<std::vector<float>> results;
      for (const DctScaling scaling : {DctScaling::kOff, DctScaling::kAuto}) {
        program.dct_scaling = scaling;
        const SamplePlan plan = Plan(program, info);
        const int d = plan.decode.scale_denom;
        ASSERT_EQ(d, scaling == DctScaling::kOff ? 1 : 8);
        const int w = (info.width + d - 1) / d, h = (info.height + d - 1) / d;
        std::vector<uint8_t> pixels(static_cast<size_t>(w) * h * 3);
        for (int y = 0; y < h; ++y) {
          for (int x = 0; x < w; ++x) {
            // The centre of block x is d x + (d - 1) / 2 in full pixels: 3.5 for d = 8, stored
            // as 4.
            pixels[(y * w + x) * 3] = static_cast<uint8_t>(d * x + (d - 1) / 2.0 + 0.5);
            pixels[(y * w + x) * 3 + 1] = static_cast<uint8_t>(d * y + (d - 1) / 2.0 + 0.5);
          }
        }
        DecodedImage image;
        image.view = {pixels.data(), w, h, 3, static_cast<size_t>(w) * 3};
        image.full_width = w;
        image.full_height = h;
        DecodeScratch decode;
        ASSERT_TRUE(OrientImage(&image, orientation, &decode).ok());
        ExecutorScratch scratch;
        std::vector<float> out(plan.output_bytes() / 4);
        ASSERT_TRUE(Execute(plan, image, &scratch, {out.data(), plan.output_bytes()}).ok());
        results.push_back(out);
      }
      // Interior outputs; at the crop's edge the two filters are cut at different pixels.
      for (int c = 0; c < 2; ++c) {
        for (int y = 2; y < 15; ++y) {
          for (int x = 2; x < 14; ++x) {
            const size_t i = (static_cast<size_t>(c) * 17 + y) * 16 + x;
            ASSERT_NEAR(results[0][i] * 255 + 0.5, results[1][i] * 255, 0.75)
                << orientation << " " << y << "," << x;
          }
        }
      }
    }
  }
}

TEST(Planner, AsksForTheStoredRegionOfATurnedPicture) {
  PipelineProgram program = BytesProgram({CenterCropTo(10, 20)});
  // Stored 100 x 60, upright 60 x 100 (orientation 6 turns clockwise): upright rows are stored
  // columns.
  const SamplePlan plan = Plan(program, JpegInfo(100, 60, 6));
  EXPECT_EQ(plan.source, (Rect{20, 45, 20, 10}));
  EXPECT_EQ(plan.decode.region, (Rect{45, 20, 10, 20}));
}

TEST(Planner, DependsOnSeedEpochAndSampleOnly) {
  RandomResizedCropParams p;
  p.size.push_back(8);
  p.size.push_back(8);
  p.scale = {0.08, 1};
  p.ratio = {0.75, 1.33};
  p.interpolation = Interpolation::kBilinear;
  const PipelineProgram program = BytesProgram({p});
  const auto region = [&](const SampleKey& key) {
    return Plan(program, JpegInfo(300, 300), key).source;
  };
  EXPECT_EQ(region({1, 2, 3}), region({1, 2, 3}));
  EXPECT_NE(region({1, 2, 3}), region({2, 2, 3}));
  EXPECT_NE(region({1, 2, 3}), region({1, 3, 3}));
  EXPECT_NE(region({1, 2, 3}), region({1, 2, 4}));
}

TEST(CompileProgram, KnowsTheOutputSizeWhenEveryPictureHasIt) {
  const PipelineProgram eval = EvalProgram(DctScaling::kOff);
  EXPECT_EQ(eval.height, 224);
  EXPECT_EQ(eval.width, 224);
  PipelineProgram open = BytesProgram({ResizeShort(256)});
  ASSERT_TRUE(CompileProgram(&open).ok());
  EXPECT_FALSE(open.fixed_size());
  PipelineProgram padded =
      BytesProgram({ResizeTo(10, 20), PadBy(1, 2, 3, 4, PaddingMode::kEdge), ResizeShort(8)});
  ASSERT_TRUE(CompileProgram(&padded).ok());
  EXPECT_EQ(padded.height, 8);
  EXPECT_EQ(padded.width, 12);
}

TEST(CompileProgram, RefusesMoreThanAPlanHolds) {
  PipelineProgram program = BytesProgram({});
  for (int i = 0; i < 30; ++i) program.ops.push_back(ResizeTo(10 + i, 10));
  EXPECT_EQ(CompileProgram(&program).code(), ErrorCode::kPipelineUnsupported);
  program.ops.resize(20);
  EXPECT_EQ(CompileProgram(&program).code(), ErrorCode::kOk);
  PipelineProgram colour = BytesProgram({});
  for (int i = 0; i < 9; ++i) colour.ops.push_back(ColorJitterParams{});
  EXPECT_EQ(CompileProgram(&colour).code(), ErrorCode::kPipelineUnsupported);
  PipelineProgram huge = BytesProgram({ResizeTo(60000, 60000)});
  EXPECT_EQ(CompileProgram(&huge).code(), ErrorCode::kPipelineUnsupported);
}

int CountSteps(const SamplePlan& plan, StepKind kind) {
  int count = 0;
  for (const PixelStep& step : plan.steps) count += step.kind == kind ? 1 : 0;
  return count;
}

TEST(Planner, GivesGeometryBehindAnOpOnNeighboursOrABoxAPassOfItsOwn) {
  GaussianBlurParams blur;
  blur.kernel_size = {3, 3};
  blur.sigma = {1, 1};
  RandomAdjustSharpnessParams sharpen;
  sharpen.p = 1;
  RandomHorizontalFlipParams flip;
  flip.p = 1;
  const Picture picture = NoisePicture(20, 20);
  EXPECT_EQ(CountSteps(PlanFor(BytesProgram({ResizeTo(8, 8), blur, flip, sharpen}), picture),
                       StepKind::kResample),
            0);
  RandomErasingParams erase;
  erase.p = 1;
  erase.scale = {0.2, 0.2};
  erase.ratio = {1, 1};
  for (const OpParams& first : {OpParams(blur), OpParams(sharpen), OpParams(erase)}) {
    for (const OpParams& second : {OpParams(ResizeTo(8, 8)), OpParams(CenterCropTo(4, 4)),
                                   OpParams(PadBy(1, 1, 1, 1, PaddingMode::kEdge))}) {
      const SamplePlan plan = PlanFor(BytesProgram({first, second}), picture);
      ASSERT_EQ(plan.steps.size(), 2u);
      EXPECT_EQ(plan.steps[1].kind, StepKind::kResample);
      EXPECT_EQ(plan.x.size(), 20);
    }
  }
  // A plan holds three such places.
  PipelineProgram program = BytesProgram({});
  for (int i = 0; i < 3; ++i) {
    program.ops.push_back(blur);
    program.ops.push_back(ResizeTo(9, 9));
  }
  EXPECT_TRUE(CompileProgram(&program).ok());
  program.ops.push_back(blur);
  program.ops.push_back(ResizeTo(9, 9));
  EXPECT_EQ(CompileProgram(&program).code(), ErrorCode::kPipelineUnsupported);
}

TEST(Planner, CarriesASecondBorderColourInAPassOfItsOwn) {
  const Picture picture = NoisePicture(10, 8);
  const std::vector<OpParams> ops = {PadBy(1, 1, 1, 1, PaddingMode::kConstant, 10),
                                     RandomInvertParams{1},
                                     PadBy(2, 2, 2, 2, PaddingMode::kConstant, 200)};
  for (const ExecutorKind kind : {ExecutorKind::kReference, ExecutorKind::kFused}) {
    const std::vector<float> out = RunBytes(ops, picture, kind);
    ASSERT_EQ(out.size(), 16u * 14 * 3);
    EXPECT_EQ(out[0], 200);
    EXPECT_EQ(out[(2 * 16 + 2) * 3], 245);
    EXPECT_EQ(out[(3 * 16 + 3) * 3], 255 - picture.at(0, 0, 0));
  }
}

}  // namespace
}  // namespace saker
