// Thread counts and build facts of the libraries under libtorch that ATen itself has no call for.
#ifndef SAKER_AUTOGRAD_NATIVE_THREADS_H_
#define SAKER_AUTOGRAD_NATIVE_THREADS_H_

#include <string>

namespace saker::autograd {

// Intra-op threads of libtorch for the calling thread, and of OpenBLAS when that is the loaded BLAS: it has a
// pool of its own that at::set_num_threads does not reach.
void SetThreads(int threads);
// The BLAS in use, e.g. "OpenBLAS 0.3.21 ...", "mkl", or "unknown".
std::string BlasName();
// Whether libtorch was compiled with CUDA, told from its own configuration text.
bool CudaBuilt();

}  // namespace saker::autograd

#endif  // SAKER_AUTOGRAD_NATIVE_THREADS_H_
