// The whole pipeline on one input: a program drawn from its head, a picture from the rest; probe, plan,
// decode, turn upright, execute fused (twice: the same bits) and by the reference.
#include "fuzz/pipeline_fuzzer.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "codec/orient.h"
#include "pipeline/executor.h"
#include "testing/draw_program.h"

namespace saker {
namespace fuzz {
namespace {

constexpr int64_t kMaxInputPixels = 1 << 14;
constexpr size_t kMaxOutputBytes = 1 << 19;

// Runs `plan`; the output's memory ends where the plan says.
std::vector<uint8_t> Run(const SamplePlan& plan, const DecodedImage& image, ExecutorKind kind) {
  std::vector<uint8_t> memory(plan.output_bytes());
  ExecutorScratch scratch;
  SAKER_CHECK(Execute(plan, image, &scratch, {memory.data(), memory.size()}, kind).ok());
  return memory;
}

void CheckFinite(const std::vector<uint8_t>& bytes) {
  for (size_t at = 0; at < bytes.size(); at += sizeof(float)) {
    float value;
    std::memcpy(&value, bytes.data() + at, sizeof(value));
    SAKER_CHECK(std::isfinite(value));
  }
}

}  // namespace

int RunPipeline(const uint8_t* data, size_t size) {
  if (size < kPipelineHead) return -1;
  testing_support::ByteDraw draw(Bytes(data, kPipelineHead));
  const SampleKey key = testing_support::DrawKey(&draw);
  const bool compare = draw.Below(4) == 0;
  PipelineProgram program = testing_support::DrawProgram(&draw);
  if (!CompileProgram(&program).ok()) return 0;

  const size_t file_size = size - kPipelineHead;
  const std::unique_ptr<uint8_t[]> file(new uint8_t[file_size]);
  std::memcpy(file.get(), data + kPipelineHead, file_size);
  const Bytes bytes(file.get(), file_size);
  CodecLimits limits;
  limits.max_pixels = kMaxInputPixels;
  ImageInfo info;
  if (!Probe(bytes, limits, &info).ok()) return 0;
  SamplePlan plan;
  if (!MakePlan(program, info, key, &plan).ok()) return 0;
  if (program.fixed_size()) {
    SAKER_CHECK(plan.height() == program.height && plan.width() == program.width);
  }
  if (plan.output_bytes() > kMaxOutputBytes) return 0;
  DecodeScratch scratch;
  DecodedImage image;
  if (!Decode(bytes, info, plan.decode, &scratch, &image).ok()) return 0;
  SAKER_CHECK(OrientImage(&image, info.orientation, &scratch).ok());
  const std::vector<uint8_t> fused = Run(plan, image, ExecutorKind::kFused);
  if (plan.dtype == OutputDtype::kF32) CheckFinite(fused);
  // How close both are is the twin tests' to say, step by step; here the reference must run as well.
  if (compare) {
    const std::vector<uint8_t> simple = Run(plan, image, ExecutorKind::kReference);
    if (plan.dtype == OutputDtype::kF32) CheckFinite(simple);
  }
  SAKER_CHECK(Run(plan, image, ExecutorKind::kFused) == fused);
  return 0;
}

}  // namespace fuzz
}  // namespace saker

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return saker::fuzz::RunPipeline(data, size);
}
