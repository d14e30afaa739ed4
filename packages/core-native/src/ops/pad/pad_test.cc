#include <gtest/gtest.h>

#include "testing/run_program.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

// One row 1 2 3, padded by 2 on both sides; the rows that numpy.pad gives.
std::vector<float> PaddedRow(PaddingMode mode) {
  const Picture in{3, 1, 1, {1, 2, 3}};
  PipelineProgram program = BytesProgram({PadBy(2, 0, 2, 0, mode, 9)});
  program.channels = 1;
  return RunPlanOn(PlanFor(program, in), in, ExecutorKind::kFused);
}

TEST(Pad, ShowsWhatEachModeSays) {
  EXPECT_EQ(PaddedRow(PaddingMode::kConstant), (std::vector<float>{9, 9, 1, 2, 3, 9, 9}));
  EXPECT_EQ(PaddedRow(PaddingMode::kEdge), (std::vector<float>{1, 1, 1, 2, 3, 3, 3}));
  EXPECT_EQ(PaddedRow(PaddingMode::kReflect), (std::vector<float>{3, 2, 1, 2, 3, 2, 1}));
  EXPECT_EQ(PaddedRow(PaddingMode::kSymmetric), (std::vector<float>{2, 1, 1, 2, 3, 3, 2}));
}

TEST(Pad, BeforeAResizeIsResampledWithThePicture) {
  // A letterbox: white picture, black border, halved. Each output mixes what its two inputs say.
  const Picture in{4, 4, 1, std::vector<uint8_t>(16, 200)};
  PipelineProgram padded =
      BytesProgram({PadBy(2, 1, 2, 3, PaddingMode::kConstant), ResizeTo(4, 4)});
  padded.channels = 1;
  Picture by_hand{8, 8, 1, std::vector<uint8_t>(64, 0)};
  for (int y = 1; y < 5; ++y) {
    for (int x = 2; x < 6; ++x) by_hand.pixels[y * 8 + x] = 200;
  }
  PipelineProgram plain = BytesProgram({ResizeTo(4, 4)});
  plain.channels = 1;
  EXPECT_EQ(RunPlanOn(PlanFor(padded, in), in, ExecutorKind::kFused),
            RunPlanOn(PlanFor(plain, by_hand), by_hand, ExecutorKind::kFused));
}

TEST(Pad, CarriesASecondBorderColourAndABorderAfterColourButNoneAfterNormalize) {
  const Picture in = NoisePicture(4, 4);
  const PadParams five = PadBy(1, 1, 1, 1, PaddingMode::kConstant, 5);
  const PadParams six = PadBy(1, 1, 1, 1, PaddingMode::kConstant, 6);
  EXPECT_EQ(PlanFor(BytesProgram({five, five}), in).steps.size(), 0u);
  EXPECT_EQ(PlanFor(BytesProgram({five, six}), in).steps.size(), 1u);
  GrayscaleParams grey;
  grey.num_output_channels = 3;
  EXPECT_EQ(PlanFor(BytesProgram({grey, five}), in).steps.size(), 2u);
  for (const ExecutorKind kind : {ExecutorKind::kReference, ExecutorKind::kFused}) {
    const std::vector<float> out = RunBytes({five, six}, in, kind);
    EXPECT_EQ(out[0], 6);
    EXPECT_EQ(out[(8 + 1) * 3], 5);
    EXPECT_EQ(out[(16 + 2) * 3], in.at(0, 0, 0));
  }
  NormalizeParams normalize;
  normalize.mean.push_back(0.5);
  normalize.std.push_back(0.5);
  PipelineProgram late;
  late.ops = {normalize, five};
  EXPECT_EQ(CompileProgram(&late).code(), ErrorCode::kPipelineUnsupported);
  late.ops = {normalize, PadBy(1, 1, 1, 1, PaddingMode::kEdge)};
  EXPECT_TRUE(CompileProgram(&late).ok());
}

}  // namespace
}  // namespace saker
