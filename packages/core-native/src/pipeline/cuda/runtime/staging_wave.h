// StagingWave: the memory, stream and bookkeeping of one wave, and its way to the device.
#ifndef SAKER_PIPELINE_CUDA_RUNTIME_STAGING_WAVE_H_
#define SAKER_PIPELINE_CUDA_RUNTIME_STAGING_WAVE_H_

#include <cuda_runtime_api.h>

#include <memory>
#include <vector>

#include "pipeline/cuda/executor.h"
#include "pipeline/cuda/item_packer.h"
#include "pipeline/cuda/runtime/cuda_status.h"
#include "pipeline/cuda/runtime/nvjpeg_decoder.h"
#include "pipeline/cuda/wave.h"

namespace saker {

// Not thread-safe but for item(): the executor's lock guards the counters, and each staged item is
// written by the thread that reserved it.
class StagingWave {
 public:
  static constexpr int kMaxItems = 64;
  static constexpr size_t kBlockBytes = size_t{32} << 20;

  // Errors: E_MEMORY, E_CUDA_FAILED.
  static StatusOr<std::unique_ptr<StagingWave>> Create();
  ~StagingWave();

  // Room for one more item of `packer`'s. An empty wave grows to hold any one item.
  bool Fits(size_t block_bytes) const {
    return count < kMaxItems && used + block_bytes <= capacity_;
  }
  // Errors: E_MEMORY. Only on an empty wave.
  Status Grow(size_t block_bytes);
  // Takes the next place; returns its number.
  int Reserve(const ItemPacker& packer, CudaExecutor::Done done, size_t* at, size_t* workspace_at);

  uint8_t* block() const { return host_.get(); }
  DeviceItem* item(int index) const { return reinterpret_cast<DeviceItem*>(host_.get()) + index; }

  // A file for the device's decoder, in the place of item `index`.
  void AddFile(int index, JpegFile file, CudaExecutor::Fallback fallback);

  // Decodes the files, copies the block to the device and enqueues the kernels. Files that were not
  // decoded are added to `failed`, and their items answer no more. Errors: E_MEMORY, E_CUDA_FAILED.
  struct FailedFile {
    CudaExecutor::Fallback fallback;
    std::vector<uint8_t> bytes;
  };
  Status Submit(std::vector<FailedFile>* failed);
  // Waits for what Submit enqueued. Errors: E_CUDA_FAILED.
  Status Wait();
  // Waits for whatever is on the stream, after a Submit that failed.
  void Drain();
  void Clear();

  int count = 0;
  int writing = 0;  // items reserved and not yet written
  bool closed = false;
  size_t used = 0, workspace_used = 0;
  Status status;  // of Submit
  std::vector<CudaExecutor::Done> callbacks;

 private:
  PinnedBytes host_;
  DeviceBytes device_, workspace_;
  size_t capacity_ = 0, workspace_capacity_ = 0;
  cudaStream_t stream_ = nullptr;
  cudaEvent_t finished_ = nullptr;
  WaveShape shape_;

  Status DecodeFiles(std::vector<FailedFile>* failed);
  struct WaitingFile {
    int index;
    CudaExecutor::Fallback fallback;
  };
  std::vector<JpegFile> files_;
  std::vector<WaitingFile> waiting_;  // of files_, in order
  std::vector<DeviceRegion> regions_;
  std::unique_ptr<NvjpegDecoder> jpeg_;  // at the first file
};

}  // namespace saker

#endif  // SAKER_PIPELINE_CUDA_RUNTIME_STAGING_WAVE_H_
