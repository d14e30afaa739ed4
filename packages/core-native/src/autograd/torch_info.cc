#include "autograd/torch_info.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/version.h>

#include "autograd/native_threads.h"

namespace saker::autograd {

TorchInfo GetTorchInfo() {
  TorchInfo info;
  info.version = TORCH_VERSION;
  info.threads = at::get_num_threads();
  info.mkldnn = at::globalContext().hasMKLDNN();
  info.blas = BlasName();
  info.cuda_built = CudaBuilt();
  info.cuda_available = at::globalContext().hasCUDA();
  return info;
}

}  // namespace saker::autograd
