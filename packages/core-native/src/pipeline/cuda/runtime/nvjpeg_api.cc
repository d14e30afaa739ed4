#include "pipeline/cuda/runtime/nvjpeg_api.h"

#include <dlfcn.h>

#include <cstdlib>
#include <vector>

namespace saker {
namespace nvjpeg {
namespace {

Status Missing(const std::string& detail) { return Status(ErrorCode::kCudaFailed, detail); }

StatusOr<Api> Open() {
  std::vector<std::string> names = {"libnvjpeg.so.13", "libnvjpeg.so.12", "libnvjpeg.so.11"};
  if (const char* named = std::getenv("SAKER_NVJPEG"); named != nullptr && *named != '\0')
    names = {named};
  void* library = nullptr;
  std::string reason;
  for (const std::string& name : names) {
    library = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library != nullptr) break;
    if (reason.empty()) reason = dlerror();
  }
  if (library == nullptr) return Missing("nvJPEG could not be opened: " + reason);
  Api api;
#define SAKER_X(member, symbol, parameters)                                    \
  api.member = reinterpret_cast<decltype(api.member)>(dlsym(library, symbol)); \
  if (api.member == nullptr) return Missing("nvJPEG has no function " symbol);
  SAKER_NVJPEG_FUNCTIONS(SAKER_X)
#undef SAKER_X
  int parts[3] = {};
  for (int i = 0; i < 3; ++i) {
    if (api.GetProperty(i, &parts[i]) != kSuccess)
      return Missing("nvJPEG does not tell its version");
    api.version += (i > 0 ? "." : "") + std::to_string(parts[i]);
  }
  api.flags = kStrictBitstream;
  if (parts[0] > 12 || (parts[0] == 12 && parts[1] >= 1)) api.flags |= kInterpolatedChroma;
  return api;
}

}  // namespace

const StatusOr<Api>& Load() {
  static const StatusOr<Api> api = Open();
  return api;
}

}  // namespace nvjpeg
}  // namespace saker
