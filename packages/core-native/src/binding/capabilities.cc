#include "binding/capabilities.h"

#include <cstdio>

// jpeglib.h needs size_t and FILE declared first.
#include <jpeglib.h>
#include <spng.h>
#include <webp/decode.h>

#include <string>

#include "base/processors.h"
#include "pipeline/cuda/executor.h"
#include "pipeline/executor.h"

#define SAKER_STRING_OF(x) #x
#define SAKER_STRING(x) SAKER_STRING_OF(x)

namespace saker {

Napi::Value CapabilitiesCall(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Napi::Object out = Napi::Object::New(env);
  out.Set("version", SAKER_VERSION);
  out.Set("simdTarget", SimdTarget());
  const std::vector<std::string> targets = SimdTargets();
  const Napi::Array names = Napi::Array::New(env, targets.size());
  for (uint32_t i = 0; i < targets.size(); ++i) names.Set(i, targets[i]);
  out.Set("simdTargets", names);
  out.Set("threads", UsableProcessors());

  const Napi::Object codecs = Napi::Object::New(env);
  codecs.Set("jpeg", SAKER_STRING(LIBJPEG_TURBO_VERSION));
  codecs.Set("png", spng_version_string());
  const int webp = WebPGetDecoderVersion();
  codecs.Set("webp", std::to_string(webp >> 16) + "." + std::to_string((webp >> 8) & 0xff) + "." +
                         std::to_string(webp & 0xff));
  out.Set("codecs", codecs);

  const Napi::Object cuda = Napi::Object::New(env);
  const CudaCapabilities can = GetCudaCapabilities();
  cuda.Set("built", can.built);
  cuda.Set("available", can.available);
  cuda.Set("reason", can.reason);
  const Napi::Array devices = Napi::Array::New(env, can.devices.size());
  for (uint32_t i = 0; i < can.devices.size(); ++i) {
    const Napi::Object device = Napi::Object::New(env);
    device.Set("name", can.devices[i].name);
    device.Set("computeCapability",
               std::to_string(can.devices[i].major) + "." + std::to_string(can.devices[i].minor));
    device.Set("memoryBytes", static_cast<double>(can.devices[i].memory_bytes));
    devices.Set(i, device);
  }
  cuda.Set("devices", devices);
  const Napi::Object nvjpeg = Napi::Object::New(env);
  nvjpeg.Set("available", can.nvjpeg);
  nvjpeg.Set("version", can.nvjpeg_version);
  nvjpeg.Set("reason", can.nvjpeg_reason);
  cuda.Set("nvjpeg", nvjpeg);
  out.Set("cuda", cuda);

  const napi_node_version* node = nullptr;
  uint32_t napi = 0;
  napi_get_node_version(env, &node);
  napi_get_version(env, &napi);
  out.Set("node", std::to_string(node->major) + "." + std::to_string(node->minor) + "." +
                      std::to_string(node->patch));
  out.Set("napi", napi);
  return out;
}

}  // namespace saker
