// core.node: module initialisation only. lib/binding.ts is the typed face of what is exported here.
#include <napi.h>

#include "binding/capabilities.h"
#include "binding/cuda_calls.h"
#include "binding/env_data.h"
#include "binding/image_calls.h"
#include "binding/loader_wrap.h"
#include "binding/pipeline_wrap.h"

namespace saker {
namespace {

// init(SakerError): hands in the error class that native code throws and rejects with.
Napi::Value InitCall(const Napi::CallbackInfo& info) {
  EnvData::Of(info.Env())->SetErrorClass(info[0].As<Napi::Function>());
  return info.Env().Undefined();
}

Napi::Object InitAddon(Napi::Env env, Napi::Object exports) {
  const Status status = EnvData::Install(env);
  if (!status.ok()) {
    Napi::Error::New(env, status.detail()).ThrowAsJavaScriptException();
    return exports;
  }
  exports.Set("init", Napi::Function::New<InitCall>(env, "init"));
  exports.Set("capabilities", Napi::Function::New<CapabilitiesCall>(env, "capabilities"));
  exports.Set("probe", Napi::Function::New<ProbeCall>(env, "probe"));
  exports.Set("decode", Napi::Function::New<DecodeCall>(env, "decode"));
  exports.Set("releaseBatch", Napi::Function::New<ReleaseBatchCall>(env, "releaseBatch"));
  exports.Set("batchToDlpack", Napi::Function::New<BatchToDlpackCall>(env, "batchToDlpack"));
  exports.Set("batchDownload", Napi::Function::New<BatchDownloadCall>(env, "batchDownload"));
  exports.Set("cudaAllocate", Napi::Function::New<CudaAllocateCall>(env, "cudaAllocate"));
  exports.Set("cudaRunBatch", Napi::Function::New<CudaRunBatchCall>(env, "cudaRunBatch"));
  exports.Set("cudaDownload", Napi::Function::New<CudaDownloadCall>(env, "cudaDownload"));
  exports.Set("cudaToDlpack", Napi::Function::New<CudaToDlpackCall>(env, "cudaToDlpack"));
  exports.Set("NativePipeline", PipelineWrap::Define(env));
  exports.Set("NativeLoader", LoaderWrap::Define(env));
  return exports;
}

}  // namespace
}  // namespace saker

static Napi::Object InitCore(Napi::Env env, Napi::Object exports) {
  return saker::InitAddon(env, exports);
}

NODE_API_MODULE(core, InitCore)
