#include "binding/capabilities.h"

#include <cstdio>

// jpeglib.h needs size_t and FILE declared first.
#include <jpeglib.h>
#include <spng.h>
#include <webp/decode.h>

#include <string>

#include "base/processors.h"
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
  cuda.Set("built", SAKER_CUDA_BUILT != 0);
  cuda.Set("available", false);
  cuda.Set("reason", SAKER_CUDA_REASON);
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
