// What pipeline/cuda/executor.h answers in a build without CUDA.
#include "pipeline/cuda/executor.h"

namespace saker {

CudaCapabilities GetCudaCapabilities() {
  CudaCapabilities out;
  out.reason = out.nvjpeg_reason = SAKER_CUDA_REASON;
  return out;
}

CudaMemory::~CudaMemory() = default;

StatusOr<CudaExecutor*> CudaExecutor::Shared() {
  return Status(ErrorCode::kCudaNotBuilt, SAKER_CUDA_REASON);
}

}  // namespace saker
