// Batches in the memory of a CUDA device, for JavaScript. Every call exists in every build.
#ifndef SAKER_BINDING_CUDA_CALLS_H_
#define SAKER_BINDING_CUDA_CALLS_H_

#include <napi.h>

namespace saker {

// cudaAllocate(pipeline, count): External of device memory for `count` samples. Throws
// E_CUDA_NOT_BUILT, E_CUDA_NO_DEVICE, E_PIPELINE_UNSUPPORTED (an op that runs on the CPU only),
// E_MEMORY.
Napi::Value CudaAllocateCall(const Napi::CallbackInfo& info);
// cudaRunBatch(pipeline, inputs, memory, first, sampleIds: Int32Array, {seed, epoch, threads}):
// Promise<failures>. Input i goes to sample first + i of the memory.
Napi::Value CudaRunBatchCall(const Napi::CallbackInfo& info);
// cudaDownload(pipeline, memory, count): Promise of a typed array with a copy.
Napi::Value CudaDownloadCall(const Napi::CallbackInfo& info);
// cudaToDlpack(pipeline, memory, count): External of a DlpackCapsule.
Napi::Value CudaToDlpackCall(const Napi::CallbackInfo& info);
// batchDownload(lease): Promise of a typed array with a copy of a loader's batch.
Napi::Value BatchDownloadCall(const Napi::CallbackInfo& info);

}  // namespace saker

#endif  // SAKER_BINDING_CUDA_CALLS_H_
