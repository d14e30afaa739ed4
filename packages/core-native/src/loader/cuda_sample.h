// One picture from bytes to a tensor in device memory: probe, plan, decode and turn upright here,
// the rest in a wave of the CUDA executor.
#ifndef SAKER_LOADER_CUDA_SAMPLE_H_
#define SAKER_LOADER_CUDA_SAMPLE_H_

#include <atomic>
#include <cstdint>

#include "loader/sample.h"
#include "pipeline/cuda/executor.h"

namespace saker {

// What happened to the JPEG files of a run that asked for nvJPEG.
struct NvjpegCounts {
  std::atomic<int64_t> sent{0};       // to nvJPEG
  std::atomic<int64_t> fallbacks{0};  // decoded on the CPU after all, or from the start
};

// Counted in `nvjpeg` when the device may decode JPEG files: those that stand upright and end with
// an end-of-image marker (of others the CPU's verdict counts). Null: all files are decoded on the
// CPU.
//
// As RunSample, into `bytes` bytes of device memory. `done` is called exactly once with the
// sample's status, when its memory is complete (zero, if it failed): on this thread or one of the
// executor's. What is staged last waits for executor->Flush().
void RunSampleOnDevice(const SampleJob& job, const SampleSource& source, const SampleKey& key,
                       void* out, size_t bytes, CudaExecutor* executor, SampleScratch* scratch,
                       StageTimes* times, NvjpegCounts* nvjpeg, const CudaExecutor::Done& done);

}  // namespace saker

#endif  // SAKER_LOADER_CUDA_SAMPLE_H_
