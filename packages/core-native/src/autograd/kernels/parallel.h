// Work shared among libtorch's own threads.
#pragma once

#include <cstdint>
#include <functional>

namespace saker::autograd {

// Calls body(i) once for every i in [0, count), on the intra-op threads of the libtorch that is loaded, and returns when
// all are done. at::parallel_for would bring OpenMP's pragmas into our own code, and with them a second OpenMP
// runtime beside the one that a PyTorch wheel carries. Exceptions of `body` are rethrown.
void ParallelFor(int64_t count, const std::function<void(int64_t i)>& body);

}  // namespace saker::autograd
