#include "testing/run_program.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "hwy/targets.h"
#include "pipeline/simple_half.h"

namespace saker {
namespace testing_support {

ImageInfo Picture::info() const {
  ImageInfo info;
  info.format = ImageFormat::kPng;
  info.width = width;
  info.height = height;
  info.channels = channels;
  return info;
}

DecodedImage Picture::decoded() const {
  DecodedImage image;
  image.view = {pixels.data(), width, height, channels, static_cast<size_t>(width) * channels};
  image.full_width = width;
  image.full_height = height;
  return image;
}

Picture NoisePicture(int width, int height, int channels, uint32_t seed) {
  Picture picture{width, height, channels, {}};
  picture.pixels.resize(static_cast<size_t>(width) * height * channels);
  uint32_t state = seed * 2654435761u + 12345u;
  for (uint8_t& p : picture.pixels) {
    state = state * 1664525u + 1013904223u;
    p = static_cast<uint8_t>(state >> 24);
  }
  return picture;
}

SamplePlan PlanFor(PipelineProgram program, const Picture& picture, const SampleKey& key,
                   int32_t view) {
  SamplePlan plan;
  const Status compiled = CompileProgram(&program);
  EXPECT_TRUE(compiled.ok()) << compiled.detail();
  const Status planned = MakePlan(program, picture.info(), key, &plan, view);
  EXPECT_TRUE(planned.ok()) << planned.detail();
  return plan;
}

std::vector<float> RunPlanOn(const SamplePlan& plan, const Picture& picture, ExecutorKind kind) {
  static thread_local ExecutorScratch scratch;
  constexpr size_t kGuard = 64;
  std::vector<uint8_t> memory(plan.output_bytes() + 2 * kGuard, 0xA5);
  const OutputView out{memory.data() + kGuard, plan.output_bytes()};
  const Status status = Execute(plan, picture.decoded(), &scratch, out, kind);
  EXPECT_TRUE(status.ok()) << status.detail();
  for (size_t i = 0; i < kGuard; ++i) {
    EXPECT_EQ(memory[i], 0xA5) << "written before the output";
    EXPECT_EQ(memory[memory.size() - 1 - i], 0xA5) << "written behind the output";
  }
  if (plan.dtype == OutputDtype::kU8) {
    const uint8_t* from = memory.data() + kGuard;
    return std::vector<float>(from, from + out.bytes);
  }
  if (plan.dtype != OutputDtype::kF32) {
    const uint16_t* from = reinterpret_cast<const uint16_t*>(memory.data() + kGuard);
    std::vector<float> halves(out.bytes / sizeof(uint16_t));
    const int fraction = plan.dtype == OutputDtype::kF16 ? kHalfFraction : kBfloatFraction;
    for (size_t i = 0; i < halves.size(); ++i) halves[i] = SmallFloatValue(from[i], fraction);
    return halves;
  }
  std::vector<float> values(out.bytes / sizeof(float));
  std::memcpy(values.data(), out.data, out.bytes);
  return values;
}

float SmallFloatValue(uint16_t bits, int fraction) {
  const int exponents = 15 - fraction, bias = (1 << (exponents - 1)) - 1;
  const int exponent = (bits >> fraction) & ((1 << exponents) - 1);
  const double part = bits & ((1 << fraction) - 1);
  double size = std::numeric_limits<double>::infinity();
  if (exponent == 0) {
    size = std::ldexp(part, 1 - bias - fraction);
  } else if (exponent < (1 << exponents) - 1) {
    size = std::ldexp(part + (1 << fraction), exponent - bias - fraction);
  }
  return static_cast<float>(bits & 0x8000 ? -size : size);
}

void ForEachSimdTarget(const std::function<void()>& body) {
  const int64_t all = hwy::SupportedTargets() & HWY_TARGETS;
  for (int64_t rest = all; rest != 0; rest &= rest - 1) {
    const int64_t target = rest & -rest;
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(target);
    SCOPED_TRACE(hwy::TargetName(target));
    EXPECT_EQ(SimdTarget(), hwy::TargetName(target));
    body();
  }
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

PipelineProgram BytesProgram(std::vector<OpParams> ops) {
  PipelineProgram program;
  program.ops = std::move(ops);
  program.dtype = OutputDtype::kU8;
  program.layout = OutputLayout::kNhwc;
  return program;
}

std::vector<float> RunBytes(std::vector<OpParams> ops, const Picture& picture, ExecutorKind kind) {
  return RunPlanOn(PlanFor(BytesProgram(std::move(ops)), picture), picture, kind);
}

ResizeParams ResizeTo(int h, int w, Interpolation filter, bool antialias) {
  ResizeParams p;
  p.size.push_back(h);
  p.size.push_back(w);
  p.interpolation = filter;
  p.antialias = antialias;
  return p;
}

ResizeParams ResizeShort(int n, Interpolation filter) {
  ResizeParams p;
  p.size.push_back(n);
  p.interpolation = filter;
  p.antialias = true;
  return p;
}

CenterCropParams CenterCropTo(int h, int w) {
  CenterCropParams p;
  p.size.push_back(h);
  p.size.push_back(w);
  return p;
}

PadParams PadBy(int left, int top, int right, int bottom, PaddingMode mode, double fill) {
  PadParams p;
  p.padding = {left, top, right, bottom};
  p.padding_mode = mode;
  p.fill = {fill, fill, fill};
  return p;
}

}  // namespace testing_support
}  // namespace saker
