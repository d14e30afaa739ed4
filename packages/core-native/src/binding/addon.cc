#include <napi.h>

namespace {

Napi::Object InitAddon(Napi::Env env, Napi::Object exports) {
  exports.Set("version", Napi::String::New(env, SAKER_VERSION));
  return exports;
}

}  // namespace

NODE_API_MODULE(core, InitAddon)
