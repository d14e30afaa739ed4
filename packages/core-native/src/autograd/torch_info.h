// Which libtorch is loaded, and what it can do.
#pragma once

#include <string>

namespace saker::autograd {

struct TorchInfo {
  std::string version, blas;
  int threads = 0;
  bool mkldnn = false, cuda_built = false, cuda_available = false;
};
TorchInfo GetTorchInfo();

}  // namespace saker::autograd
