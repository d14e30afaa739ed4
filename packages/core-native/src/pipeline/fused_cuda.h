// The fused CUDA executor's kernels: the same plans as pipeline/executor.h, a wave of them at a
// time. Use pipeline/cuda/executor.h; this is its inside, and exists only where CUDA is built.
#ifndef SAKER_PIPELINE_FUSED_CUDA_H_
#define SAKER_PIPELINE_FUSED_CUDA_H_

#include <cuda_runtime_api.h>

#include "pipeline/cuda/wave.h"

namespace saker {

// Enqueues the kernels of a wave whose block is on the device: one a pass, and one between passes
// where statistics are gathered. Does not wait. The result is that of the launches.
cudaError_t LaunchWave(const WaveView& wave, const WaveShape& shape, cudaStream_t stream);

}  // namespace saker

#endif  // SAKER_PIPELINE_FUSED_CUDA_H_
