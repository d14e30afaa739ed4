#include "autograd/native_threads.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <dlfcn.h>

namespace saker::autograd {

void SetThreads(int threads) {
  at::set_num_threads(threads);
  using SetFn = void (*)(int);
  if (auto set = reinterpret_cast<SetFn>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"))) set(threads);
}

std::string BlasName() {
  if (at::globalContext().hasMKL()) return "mkl";
  using ConfigFn = char* (*)();
  if (auto config = reinterpret_cast<ConfigFn>(dlsym(RTLD_DEFAULT, "openblas_get_config"))) return config();
  return "unknown";
}

bool CudaBuilt() {
  return at::globalContext().hasCUDA() || at::show_config().find("USE_CUDA=ON") != std::string::npos ||
         at::show_config().find("USE_CUDA=1") != std::string::npos;
}

}  // namespace saker::autograd
