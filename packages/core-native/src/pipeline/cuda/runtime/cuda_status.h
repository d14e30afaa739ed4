// CUDA's error codes as Status, and the memory and streams of the runtime as owners.
#ifndef SAKER_PIPELINE_CUDA_RUNTIME_CUDA_STATUS_H_
#define SAKER_PIPELINE_CUDA_RUNTIME_CUDA_STATUS_H_

#include <cuda_runtime_api.h>

#include <memory>
#include <string>
#include <utility>

#include "base/status.h"

namespace saker {

inline Status CudaStatus(cudaError_t error, const char* what) {
  if (error == cudaSuccess) return OkStatus();
  const ErrorCode code =
      error == cudaErrorMemoryAllocation ? ErrorCode::kMemory : ErrorCode::kCudaFailed;
  return Status(code, std::string(what) + ": " + cudaGetErrorString(error));
}

struct CudaFree {
  void operator()(void* p) const { static_cast<void>(cudaFree(p)); }
};
struct CudaFreeHost {
  void operator()(void* p) const { static_cast<void>(cudaFreeHost(p)); }
};
using DeviceBytes = std::unique_ptr<uint8_t, CudaFree>;
using PinnedBytes = std::unique_ptr<uint8_t, CudaFreeHost>;

inline Status AllocateDevice(size_t bytes, DeviceBytes* out) {
  void* p = nullptr;
  SAKER_RETURN_IF_ERROR(CudaStatus(cudaMalloc(&p, bytes), "cudaMalloc"));
  out->reset(static_cast<uint8_t*>(p));
  return OkStatus();
}

inline Status AllocatePinned(size_t bytes, PinnedBytes* out) {
  void* p = nullptr;
  SAKER_RETURN_IF_ERROR(
      CudaStatus(cudaHostAlloc(&p, bytes, cudaHostAllocDefault), "cudaHostAlloc"));
  out->reset(static_cast<uint8_t*>(p));
  return OkStatus();
}

}  // namespace saker

#endif  // SAKER_PIPELINE_CUDA_RUNTIME_CUDA_STATUS_H_
