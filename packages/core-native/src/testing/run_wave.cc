#include "testing/run_wave.h"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>

#include "base/aligned_buffer.h"
#include "pipeline/cuda/item_packer.h"
#include "pipeline/cuda/passes.cuh"

namespace saker {
namespace testing_support {
namespace {

using Team = device::HostTeam<device::PixelSums>;

constexpr size_t kGuard = 64;
constexpr uint8_t kGuardByte = 0xA5;

template <bool kFirst>
void RunRound(const WaveView& wave, const WaveShape& shape, int32_t round) {
  const auto* items = reinterpret_cast<const DeviceItem*>(wave.block);
  // Garbage, as shared memory and registers hold it.
  auto memory = std::make_unique<device::PassMemory>();
  auto team = std::make_unique<Team>();
  std::memset(static_cast<void*>(memory.get()), 0xFF, sizeof(*memory));
  std::memset(static_cast<void*>(team.get()), 0xFF, sizeof(*team));
  for (int32_t i = 0; i < wave.count; ++i) {
    for (int32_t tile = 0; tile < shape.tiles[round]; ++tile)
      device::RunPass<kFirst>(*team, wave, items[i], round, tile, shape.tiles[round], memory.get());
  }
  if (!shape.gathers[round]) return;
  for (int32_t i = 0; i < wave.count; ++i) device::RunFinish(*team, wave, items[i], round);
}

}  // namespace

std::vector<std::vector<uint8_t>> RunWaveOnHost(const std::vector<WaveSample>& samples) {
  std::vector<ItemPacker> packers(samples.size());
  std::vector<std::vector<uint8_t>> outputs(samples.size());
  WaveShape shape;
  const size_t items_bytes = (samples.size() * sizeof(DeviceItem) + 63) / 64 * 64;
  size_t block_bytes = items_bytes, workspace_bytes = 0;
  for (size_t i = 0; i < samples.size(); ++i) {
    const WaveSample& sample = samples[i];
    if (sample.picture == nullptr) {
      packers[i].PrepareZero(sample.zero_bytes);
    } else {
      const Status status = packers[i].Prepare(sample.plan, sample.picture->decoded());
      EXPECT_TRUE(status.ok()) << status.detail();
      if (!status.ok()) return outputs;
    }
    packers[i].AddTo(&shape);
    block_bytes += packers[i].block_bytes();
    workspace_bytes += packers[i].workspace_bytes();
  }
  // Exactly as large as measured, so that a sanitizer sees what reaches outside.
  AlignedBuffer block, workspace;
  EXPECT_TRUE(block.Reserve(block_bytes) && workspace.Reserve(workspace_bytes + 1));
  std::memset(block.data(), 0xFF, block_bytes);
  std::memset(workspace.data(), 0xFF, workspace_bytes + 1);
  size_t at = items_bytes, workspace_at = 0;
  for (size_t i = 0; i < samples.size(); ++i) {
    const WaveSample& sample = samples[i];
    const size_t bytes = sample.picture ? sample.plan.output_bytes() : sample.zero_bytes;
    outputs[i].assign(bytes + 2 * kGuard, kGuardByte);
    void* out = outputs[i].data() + kGuard;
    auto* item = reinterpret_cast<DeviceItem*>(block.data()) + i;
    if (sample.picture == nullptr) {
      packers[i].WriteZero(out, bytes, item);
    } else {
      packers[i].Write(sample.plan, sample.picture->decoded(), out, block.data(), at, workspace_at,
                       item);
    }
    at += packers[i].block_bytes();
    workspace_at += packers[i].workspace_bytes();
  }
  const WaveView wave{block.data(), workspace.data(), static_cast<int32_t>(samples.size())};
  RunRound<true>(wave, shape, 0);
  for (int32_t round = 1; round < shape.rounds; ++round) RunRound<false>(wave, shape, round);
  for (std::vector<uint8_t>& output : outputs) {
    for (size_t i = 0; i < kGuard; ++i) {
      EXPECT_EQ(output[i], kGuardByte) << "written before the output";
      EXPECT_EQ(output[output.size() - 1 - i], kGuardByte) << "written behind the output";
    }
    output = std::vector<uint8_t>(output.begin() + kGuard, output.end() - kGuard);
  }
  return outputs;
}

std::vector<float> RunPlanAsWave(const SamplePlan& plan, const Picture& picture) {
  const std::vector<uint8_t> bytes = RunWaveOnHost({{plan, &picture, 0}})[0];
  if (plan.dtype == OutputDtype::kU8) return std::vector<float>(bytes.begin(), bytes.end());
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

}  // namespace testing_support
}  // namespace saker
