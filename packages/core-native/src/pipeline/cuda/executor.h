// CudaExecutor: samples planned and decoded on host threads, executed in waves on a device.
//
// A wave is staged in pinned memory by any number of threads, uploaded with one copy and run by one
// kernel a pass, on a stream of its own; while it runs, the next one is being staged. Which samples
// share a wave is a matter of timing and changes no pixel. A failed sample costs only itself.
//
// Every function exists in every build: without CUDA code all of them answer E_CUDA_NOT_BUILT.
#ifndef SAKER_PIPELINE_CUDA_EXECUTOR_H_
#define SAKER_PIPELINE_CUDA_EXECUTOR_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/status.h"
#include "codec/codec.h"
#include "pipeline/cuda/item_packer.h"
#include "plan/plan.h"

namespace saker {

struct CudaDeviceInfo {
  std::string name;
  int major = 0, minor = 0;  // compute capability
  int64_t memory_bytes = 0;
};

// What this build can do with CUDA on this machine. What is not available has a reason.
struct CudaCapabilities {
  bool built = false;
  bool available = false;
  std::string reason;
  bool nvjpeg = false;
  std::string nvjpeg_version, nvjpeg_reason;
  std::vector<CudaDeviceInfo> devices;
};

CudaCapabilities GetCudaCapabilities();

// E_PIPELINE_UNSUPPORTED naming the first op that has no CUDA twin, or for several views.
Status CheckCudaProgram(const PipelineProgram& program);

// Device memory; freed with the last reference, on any thread.
class CudaMemory {
 public:
  CudaMemory(void* data, size_t bytes) : data_(data), bytes_(bytes) {}
  ~CudaMemory();
  CudaMemory(const CudaMemory&) = delete;
  CudaMemory& operator=(const CudaMemory&) = delete;
  uint8_t* data() const { return static_cast<uint8_t*>(data_); }
  size_t bytes() const { return bytes_; }

 private:
  void* data_;
  size_t bytes_;
};

class CudaExecutor {
 public:
  // Called once a sample, on a thread of the executor, when `out` is complete on the device.
  using Done = std::function<void(Status)>;

  // One executor for the process, on device 0, made at the first call and never destroyed.
  // Errors: E_CUDA_NOT_BUILT, E_CUDA_NO_DEVICE, E_MEMORY.
  static StatusOr<CudaExecutor*> Shared();

  virtual ~CudaExecutor() = default;

  // Stages `image` (upright, holding plan.source) and returns; its pixels are copied, so both may
  // be reused. `out` is device memory of plan.output_bytes() bytes. Waits while every wave is busy.
  // `packer` is the calling thread's own. An error returned here is final: `done` is not called.
  // Errors: E_MEMORY, E_CUDA_FAILED.
  virtual Status Run(const SamplePlan& plan, const DecodedImage& image, void* out,
                     ItemPacker* packer, Done done) = 0;
  // Whether RunJpeg may be called: nvJPEG opens and takes this device.
  virtual bool DecodesJpeg() = 0;
  // Given a copy of a file that the device could not decode; on any thread that stages or flushes.
  using Fallback = std::function<void(std::vector<uint8_t>)>;
  // As Run, with an upright JPEG file that the device decodes at full resolution;
  // plan.decode.scale_denom is 1. The file is copied. For a file that it cannot decode `fallback`
  // is called instead of `done`, once.
  virtual Status RunJpeg(const SamplePlan& plan, const ImageInfo& info, Bytes file, void* out,
                         ItemPacker* packer, Done done, Fallback fallback) = 0;
  // Fills `out` with zeros, in order with the samples of the same wave.
  virtual Status Zero(void* out, size_t bytes, Done done) = 0;
  // Sends off the wave that is being staged, if any: what was staged will be done without further
  // calls.
  virtual void Flush() = 0;

  // Errors: E_MEMORY.
  virtual StatusOr<std::shared_ptr<CudaMemory>> Allocate(size_t bytes) = 0;
  // Copies to host memory and waits. Errors: E_CUDA_FAILED.
  virtual Status Download(const void* from, void* to, size_t bytes) = 0;
};

}  // namespace saker

#endif  // SAKER_PIPELINE_CUDA_EXECUTOR_H_
