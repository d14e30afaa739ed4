// Kernels and launches. The bodies are in pipeline/cuda/*.cuh, which a test runs on the host as
// well.
#include "pipeline/fused_cuda.h"

#include "pipeline/cuda/passes.cuh"

namespace saker {
namespace {

using Team = device::DeviceTeam<device::PixelSums>;

// Grid: x = tiles of the largest picture, y = items.
template <bool kFirst>
__global__ void __launch_bounds__(device::kTeamSize)
    PassKernel(const WaveView wave, const int32_t round) {
  __shared__ device::PassMemory memory;
  const DeviceItem& item = reinterpret_cast<const DeviceItem*>(wave.block)[blockIdx.y];
  Team team;
  device::RunPass<kFirst>(team, wave, item, round, static_cast<int32_t>(blockIdx.x),
                          static_cast<int32_t>(gridDim.x), &memory);
}

// Grid: x = items.
__global__ void __launch_bounds__(device::kTeamSize)
    FinishKernel(const WaveView wave, const int32_t round) {
  const DeviceItem& item = reinterpret_cast<const DeviceItem*>(wave.block)[blockIdx.x];
  Team team;
  device::RunFinish(team, wave, item, round);
}

}  // namespace

cudaError_t LaunchWave(const WaveView& wave, const WaveShape& shape, cudaStream_t stream) {
  const unsigned int items = static_cast<unsigned int>(wave.count);
  for (int32_t round = 0; round < shape.rounds; ++round) {
    const dim3 grid(static_cast<unsigned int>(shape.tiles[round]), items);
    if (round == 0) {
      PassKernel<true><<<grid, device::kTeamSize, 0, stream>>>(wave, round);
    } else {
      PassKernel<false><<<grid, device::kTeamSize, 0, stream>>>(wave, round);
    }
    if (const cudaError_t error = cudaGetLastError(); error != cudaSuccess) return error;
    if (!shape.gathers[round]) continue;
    FinishKernel<<<items, device::kTeamSize, 0, stream>>>(wave, round);
    if (const cudaError_t error = cudaGetLastError(); error != cudaSuccess) return error;
  }
  return cudaSuccess;
}

}  // namespace saker
