// autograd.node: the class NativeModel, gradientErrors and torchInfo. lib/autograd is its only caller and checks
// argument types, so nothing here does again.
#include <napi.h>

#include "autograd/binding/gradient_check_js.h"
#include "autograd/binding/native_model.h"
#include "autograd/torch_info.h"

namespace saker::autograd {
namespace {

Napi::Value TorchInfoToJs(const Napi::CallbackInfo& info) {
  const TorchInfo torch = GetTorchInfo();
  auto out = Napi::Object::New(info.Env());
  out.Set("version", torch.version);
  out.Set("threads", torch.threads);
  out.Set("mkldnn", torch.mkldnn);
  out.Set("blas", torch.blas);
  out.Set("cudaBuilt", torch.cuda_built);
  out.Set("cudaAvailable", torch.cuda_available);
  return out;
}

Napi::Object InitAddon(Napi::Env env, Napi::Object exports) {
  exports.Set("NativeModel", NativeModel::Define(env));
  exports.Set("gradientErrors", Napi::Function::New(env, GradientErrorsToJs));
  exports.Set("torchInfo", Napi::Function::New(env, TorchInfoToJs));
  return exports;
}

}  // namespace
}  // namespace saker::autograd

Napi::Object InitAutograd(Napi::Env env, Napi::Object exports) {
  return saker::autograd::InitAddon(env, exports);
}

NODE_API_MODULE(autograd, InitAutograd)
