#include <gtest/gtest.h>

#include "testing/run_program.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

NormalizeParams Params(std::initializer_list<double> mean, std::initializer_list<double> std) {
  NormalizeParams p;
  for (const double v : mean) p.mean.push_back(v);
  for (const double v : std) p.std.push_back(v);
  return p;
}

PipelineProgram FloatProgram(std::vector<OpParams> ops) {
  PipelineProgram program;
  program.ops = std::move(ops);
  return program;
}

TEST(Normalize, SubtractsTheMeanAndDividesByTheDeviation) {
  const Picture in = NoisePicture(33, 5);
  const double mean[3] = {0.485, 0.456, 0.406}, std[3] = {0.229, 0.224, 0.225};
  const SamplePlan plan =
      PlanFor(FloatProgram({Params({mean[0], mean[1], mean[2]}, {std[0], std[1], std[2]})}), in);
  const std::vector<float> got = RunPlanOn(plan, in, ExecutorKind::kFused);
  for (int c = 0; c < 3; ++c) {
    for (int i = 0; i < 165; ++i) {
      // Values below 3: scale and bias are rounded to float, then product and sum once more.
      ASSERT_NEAR(got[c * 165 + i], (in.pixels[i * 3 + c] / 255.0 - mean[c]) / std[c], 4e-7 * 3);
    }
  }
}

TEST(Normalize, ComposesWithAnotherAndTakesOneValueForAllChannels) {
  const Picture in = NoisePicture(4, 4);
  const SamplePlan twice =
      PlanFor(FloatProgram({Params({0.5}, {0.25}), Params({0.1, 0.2, 0.3}, {2, 2, 2})}), in);
  const std::vector<float> got = RunPlanOn(twice, in, ExecutorKind::kReference);
  for (int c = 0; c < 3; ++c) {
    const double want = ((in.at(0, 0, c) / 255.0 - 0.5) / 0.25 - 0.1 * (c + 1)) / 2;
    EXPECT_NEAR(got[c * 16], want, 1e-6);
  }
}

TEST(Normalize, RefusesBytesAColourBehindItAndTheWrongNumberOfValues) {
  const auto code = [](PipelineProgram program) { return CompileProgram(&program).code(); };
  EXPECT_EQ(code(BytesProgram({Params({0.5}, {0.5})})), ErrorCode::kPipelineUnsupported);
  GrayscaleParams grey;
  grey.num_output_channels = 1;
  EXPECT_EQ(code(FloatProgram({Params({0.5}, {0.5}), grey})), ErrorCode::kPipelineUnsupported);
  EXPECT_EQ(code(FloatProgram({grey, Params({0.1, 0.2, 0.3}, {1, 1, 1})})),
            ErrorCode::kPipelineUnsupported);
  PipelineProgram one = FloatProgram({Params({0.1, 0.2, 0.3}, {1, 1, 1})});
  one.channels = 1;
  EXPECT_EQ(code(one), ErrorCode::kPipelineUnsupported);
  EXPECT_EQ(code(FloatProgram({grey, Params({0.1}, {1})})), ErrorCode::kOk);
}

}  // namespace
}  // namespace saker
