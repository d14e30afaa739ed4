// The device's bodies, run on the host as loops (testing/run_wave.h), against the reference
// executor. What a device itself gives is compared bit for bit with these loops in
// runtime/executor_test.cc, where there is one.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>

#include "base/half.h"
#include "ops/gaussian_noise/gaussian_noise.cuh"
#include "ops/warp/warp_steps.h"
#include "pipeline/cuda/executor.h"
#include "pipeline/cuda/item_packer.h"
#include "pipeline/cuda/store.cuh"
#include "testing/random_programs.h"
#include "testing/device_programs.h"
#include "testing/run_wave.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

constexpr int kSizes[][2] = {{1, 1},   {3, 8},   {8, 3},     {1, 40},    {40, 1},
                             {17, 31}, {33, 17}, {133, 141}, {258, 201}, {300, 9}};

double WorstDifference(const std::vector<float>& want, const std::vector<float>& got) {
  double worst = want.size() == got.size() ? 0 : 999;
  for (size_t i = 0; i < std::min(want.size(), got.size()); ++i) {
    const double difference = std::fabs(static_cast<double>(want[i]) - got[i]);
    // NaN must not pass.
    if (!(difference <= worst)) worst = difference;
  }
  return worst;
}

Picture PictureOf(std::mt19937* random, uint32_t seed) {
  const int* size = kSizes[(*random)() % 10];
  return NoisePicture(size[0], size[1], (*random)() % 4 == 0 ? 1 : 3, seed);
}

TEST(CudaWave, EqualsTheReferenceOnRandomPlans) {
  std::mt19937 random(4711);
  size_t passes = 0;
  for (uint32_t i = 0; i < 150; ++i) {
    const Picture picture = PictureOf(&random, i);
    const SamplePlan plan = PlanFor(ContinuousProgram(&random), picture, {7, 1, i});
    if (HasFailure()) return;
    const double scale = *std::max_element(plan.scale.begin(), plan.scale.end());
    const double tolerance = DeviceTolerance(plan) * scale + 16.0 / (1 << 24);
    const auto want = RunPlanOn(plan, picture, ExecutorKind::kReference);
    ASSERT_LE(WorstDifference(want, RunPlanAsWave(plan, picture)), tolerance)
        << "round " << i << ", source " << picture.width << "x" << picture.height << ", output "
        << plan.width() << "x" << plan.height();
    passes += plan.steps.size();
  }
  EXPECT_GT(passes, 150u);
}

TEST(CudaWave, KeepsWholeLevelsEqualToTheReference) {
  std::mt19937 random(77);
  for (uint32_t i = 0; i < 150; ++i) {
    const Picture picture = PictureOf(&random, i);
    const SamplePlan plan = PlanFor(LevelProgram(&random), picture, {7, 1, i});
    if (HasFailure()) return;
    const auto want = RunPlanOn(plan, picture, ExecutorKind::kReference);
    // One rounding each of the scale by 1/255 and of luma for one channel.
    ASSERT_LE(WorstDifference(want, RunPlanAsWave(plan, picture)), 4e-7) << "round " << i;
  }
}

TEST(CudaWave, RoundsBytesAsTheReference) {
  std::mt19937 random(99);
  for (uint32_t i = 0; i < 40; ++i) {
    const Picture picture = PictureOf(&random, i);
    PipelineProgram program = LevelProgram(&random);
    program.dtype = OutputDtype::kU8;
    program.channels = 3;
    const SamplePlan plan = PlanFor(program, picture, {7, 1, i});
    if (HasFailure()) return;
    EXPECT_EQ(RunPlanAsWave(plan, picture), RunPlanOn(plan, picture, ExecutorKind::kReference));
  }
}

TEST(CudaWave, ErasesWithTheNoiseOfTheReference) {
  const Picture picture = NoisePicture(61, 47);
  RandomErasingParams erase;
  erase.p = 1;
  erase.scale = {0.2, 0.4};
  erase.ratio = {0.5, 2};
  erase.value.kind = EraseKind::kRandom;
  PipelineProgram program;
  program.ops = {erase};
  const SamplePlan plan = PlanFor(program, picture);
  const auto want = RunPlanOn(plan, picture, ExecutorKind::kReference);
  EXPECT_LE(WorstDifference(want, RunPlanAsWave(plan, picture)), 4e-7);
}

// What normal noise takes, at every word that can be told apart.
TEST(CudaNoise, HasTheLogarithmAndTheWavesOfDouble) {
  constexpr double kTurn = 6.283185307179586;
  for (uint32_t i = 0; i < (1u << 24); i += i < 4096 || i > (1u << 24) - 4096 ? 1 : 61) {
    const uint32_t word = i << 8;
    const double u = PositiveUnitNoise(word), r = std::sqrt(-2 * std::log(u));
    ASSERT_NEAR(device::RadiusOf(word), r, 4e-7 * r + 1e-12) << i;
    const double t = kTurn * UnitNoise(word);
    const device::Waves waves = device::WavesOf(UnitNoise(word));
    ASSERT_NEAR(waves.cos, std::cos(t), 2e-7) << i;
    ASSERT_NEAR(waves.sin, std::sin(t), 2e-7) << i;
  }
}

// A turned, scaled and shifted picture; the planner of an op would make such a step.
SamplePlan WarpPlan(const Picture& picture, Interpolation filter, bool projective, double turn) {
  SamplePlan plan = PlanFor(BytesProgram({}), picture);
  WarpStep warp;
  warp.filter = filter;
  warp.in_width = picture.width;
  warp.in_height = picture.height;
  warp.fill = {9, 99, 199};
  const double c = std::cos(turn) * 1.3, s = std::sin(turn) * 1.3;
  warp.matrix = {c, -s, picture.width * 0.2, s, c, -picture.height * 0.3, 0, 0, 1};
  if (projective) {
    warp.matrix[6] = 0.002;
    warp.matrix[7] = -0.001;
  }
  warp.fixed_point = filter == Interpolation::kNearest && !projective;
  PixelStep step = warp;
  step.width = picture.width + 3;
  step.height = picture.height;
  EXPECT_TRUE(plan.steps.push_back(step));
  return plan;
}

// All in double, truncated to levels: a sum in another order may fall to the other side of one.
TEST(CudaWave, WarpsAsTheReference) {
  for (const int* size : kSizes) {
    const Picture picture = NoisePicture(size[0], size[1], 3);
    for (const Interpolation filter :
         {Interpolation::kNearest, Interpolation::kBilinear, Interpolation::kBicubic}) {
      for (const bool projective : {false, true}) {
        const SamplePlan plan = WarpPlan(picture, filter, projective, 0.1 * size[0]);
        const auto want = RunPlanOn(plan, picture, ExecutorKind::kReference);
        const auto got = RunPlanAsWave(plan, picture);
        size_t different = 0;
        for (size_t i = 0; i < want.size(); ++i) different += want[i] != got[i];
        EXPECT_LE(WorstDifference(want, got), 1);
        EXPECT_LE(different, want.size() / 1000);
      }
    }
  }
}

TEST(CudaWave, GivesTheSameBytesWhateverSharesItsWave) {
  std::mt19937 random(5);
  std::vector<Picture> pictures;
  std::vector<WaveSample> samples;
  for (uint32_t i = 0; i < 12; ++i) pictures.push_back(PictureOf(&random, i));
  for (uint32_t i = 0; i < 12; ++i) {
    if (i % 5 == 4) {
      samples.push_back({SamplePlan(), nullptr, 1000 + i});
    } else {
      const PipelineProgram program = i % 2 ? ContinuousProgram(&random) : LevelProgram(&random);
      samples.push_back({PlanFor(program, pictures[i], {1, 2, i}), &pictures[i], 0});
    }
  }
  if (HasFailure()) return;
  const auto together = RunWaveOnHost(samples);
  for (size_t i = 0; i < samples.size(); ++i) {
    if (samples[i].picture == nullptr) {
      EXPECT_EQ(together[i], std::vector<uint8_t>(samples[i].zero_bytes, 0));
    } else {
      EXPECT_EQ(together[i], RunWaveOnHost({samples[i]})[0]) << "sample " << i;
    }
  }
}

// Any ops that run on a device, policies and warps among them. What has no tolerance of its own (see
// drawn_plans_test.cc) is held by how many values are more than a level apart.
TEST(CudaWave, RunsPlansOfAnyOpsAsTheReference) {
  std::mt19937 random(2024);
  size_t plans = 0, values = 0, apart = 0, plans_apart = 0;
  for (int attempt = 0; plans < 200 && attempt < 20000; ++attempt) {
    PipelineProgram program = RandomProgramOfAllOps(5, &random);
    const Picture picture = PictureOf(&random, static_cast<uint32_t>(attempt));
    const SampleKey key{3, 1, static_cast<uint32_t>(attempt)};
    SamplePlan plan;
    if (!CompileProgram(&program).ok() || !CheckCudaProgram(program).ok()) continue;
    if (!MakePlan(program, picture.info(), key, &plan).ok()) continue;
    const auto want = RunPlanOn(plan, picture, ExecutorKind::kReference);
    const auto got = RunPlanAsWave(plan, picture);
    ASSERT_EQ(want.size(), got.size());
    const double level = plan.dtype == OutputDtype::kU8
                             ? 1.0
                             : *std::max_element(plan.scale.begin(), plan.scale.end());
    size_t here = 0;
    for (size_t i = 0; i < want.size(); ++i) {
      ASSERT_TRUE(std::isfinite(got[i])) << "attempt " << attempt;
      if (std::fabs(want[i] - got[i]) > 1.01 * level) ++here;
    }
    ++plans;
    values += want.size();
    apart += here;
    plans_apart += here > 0 ? 1 : 0;
  }
  EXPECT_EQ(plans, 200u);
  EXPECT_LE(static_cast<double>(apart), 0.002 * static_cast<double>(values)) << plans_apart;
  EXPECT_LE(plans_apart, plans / 10);
}

// f16 and bf16 are the f32 output, rounded as base/half.h rounds.
TEST(CudaWave, RoundsHalvesAsTheCpu) {
  std::mt19937 random(12);
  for (uint32_t i = 0; i < 20; ++i) {
    const Picture picture = PictureOf(&random, i);
    SamplePlan plan = PlanFor(ContinuousProgram(&random), picture, {7, 1, i});
    if (HasFailure()) return;
    const std::vector<float> values = RunPlanAsWave(plan, picture);
    for (const OutputDtype dtype : {OutputDtype::kF16, OutputDtype::kBf16}) {
      plan.dtype = dtype;
      const std::vector<uint8_t> bytes = RunWaveOnHost({{plan, &picture, 0}})[0];
      ASSERT_EQ(bytes.size(), 2 * values.size());
      for (size_t k = 0; k < values.size(); ++k) {
        uint16_t got;
        std::memcpy(&got, bytes.data() + 2 * k, 2);
        ASSERT_EQ(got, dtype == OutputDtype::kF16 ? FloatToHalf(values[k])
                                                  : FloatToBfloat(values[k]));
      }
    }
  }
}

TEST(CudaStore, RoundsEveryKindOfFloatAsTheCpu) {
  for (uint32_t high = 0; high < 0x10000; ++high) {
    for (const uint32_t low : {0u, 1u, 0x0fffu, 0x1000u, 0x1001u, 0x7fffu, 0x8000u, 0x8001u, 0xffffu}) {
      const float v = FloatFromBits(high << 16 | low);
      ASSERT_EQ(device::HalfOf(v), FloatToHalf(v)) << high << " " << low;
      ASSERT_EQ(device::BfloatOf(v), FloatToBfloat(v)) << high << " " << low;
    }
  }
}

TEST(CudaOps, RefusesByNameWhatRunsOnTheCpuOnly) {
  PipelineProgram program = BytesProgram({ResizeTo(8, 8), JPEGParams{}});
  EXPECT_NE(CheckCudaProgram(program).detail().find("JPEG"), std::string::npos);
  program = BytesProgram({ResizeTo(8, 8), FiveCropParams{}});
  program.views = 5;
  EXPECT_EQ(CheckCudaProgram(program).code(), ErrorCode::kPipelineUnsupported);
  EXPECT_TRUE(CheckCudaProgram(BytesProgram({ResizeTo(8, 8)})).ok());
}

TEST(CudaWave, RefusesAnImageThatDoesNotHoldThePlansSource) {
  const Picture picture = NoisePicture(8, 8), smaller = NoisePicture(7, 8);
  const SamplePlan plan = PlanFor(BytesProgram({ResizeTo(4, 4)}), picture);
  ItemPacker packer;
  EXPECT_EQ(packer.Prepare(plan, smaller.decoded()).code(), ErrorCode::kInternal);
}

float OfHalf(uint16_t bits) {
  const int exponent = bits >> 10 & 31, mantissa = bits & 1023;
  const float sign = bits & 0x8000 ? -1.0f : 1.0f;
  if (exponent == 31) return mantissa ? NAN : sign * INFINITY;
  if (exponent == 0) return sign * std::ldexp(static_cast<float>(mantissa), -24);
  return sign * std::ldexp(static_cast<float>(1024 + mantissa), exponent - 25);
}

float OfBfloat(uint16_t bits) {
  const uint32_t all = static_cast<uint32_t>(bits) << 16;
  float v;
  std::memcpy(&v, &all, sizeof(v));
  return v;
}

// Every value of a 16-bit type comes back, and between two neighbours the nearer wins, the even one
// in the middle.
template <class Of, class To>
void ExpectNearestEven(Of&& of, To&& to, uint16_t largest) {
  for (uint32_t i = 0; i < largest; ++i) {
    const uint16_t bits = static_cast<uint16_t>(i);
    const float low = of(bits), high = of(static_cast<uint16_t>(bits + 1));
    const float middle = low + (high - low) / 2;
    const uint16_t even = bits & 1 ? static_cast<uint16_t>(bits + 1) : bits;
    ASSERT_EQ(to(low), bits);
    ASSERT_EQ(to(-low), bits | 0x8000);
    ASSERT_EQ(to(middle), even) << low;
    ASSERT_EQ(to(std::nextafter(middle, 0.0f)), bits);
    ASSERT_EQ(to(std::nextafter(middle, high)), bits + 1);
  }
}

TEST(CudaStore, RoundsHalfPrecisionToNearestEven) {
  ExpectNearestEven(OfHalf, device::HalfOf, 0x7bff);
  EXPECT_EQ(device::HalfOf(65519.996f), 0x7bff);
  EXPECT_EQ(device::HalfOf(65520.0f), 0x7c00);
  EXPECT_EQ(device::HalfOf(INFINITY), 0x7c00);
  EXPECT_TRUE(std::isnan(OfHalf(device::HalfOf(NAN))));
}

TEST(CudaStore, RoundsBfloat16ToNearestEven) {
  // From the smallest normal: below it the middle of two neighbours is no f32 that the test could
  // make exactly.
  for (uint32_t bits = 0x0080; bits < 0x7f7f; ++bits) {
    const float low = OfBfloat(static_cast<uint16_t>(bits));
    const float high = OfBfloat(static_cast<uint16_t>(bits + 1));
    const float middle = low + (high - low) / 2;
    ASSERT_EQ(device::BfloatOf(low), bits);
    ASSERT_EQ(device::BfloatOf(middle), bits & 1 ? bits + 1 : bits);
    ASSERT_EQ(device::BfloatOf(std::nextafter(middle, high)), bits + 1);
  }
  EXPECT_TRUE(std::isnan(OfBfloat(device::BfloatOf(NAN))));
  EXPECT_EQ(device::BfloatOf(-INFINITY), 0xff80);
}

TEST(CudaExecutor, SaysWhyItIsNotThere) {
  const CudaCapabilities capabilities = GetCudaCapabilities();
  EXPECT_NE(capabilities.available, !capabilities.reason.empty());
  if (capabilities.available) GTEST_SKIP() << "a device is there";
  const auto executor = CudaExecutor::Shared();
  ASSERT_FALSE(executor.ok());
  EXPECT_EQ(executor.status().code(),
            capabilities.built ? ErrorCode::kCudaNoDevice : ErrorCode::kCudaNotBuilt);
  EXPECT_EQ(executor.status().detail(), capabilities.reason);
}

}  // namespace
}  // namespace saker
