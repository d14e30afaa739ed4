#include "autograd/kernels/parallel.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/TensorIterator.h>

namespace saker::autograd {

void ParallelFor(int64_t count, const std::function<void(int64_t i)>& body) {
  if (count <= 1 || at::get_num_threads() == 1) {
    for (int64_t i = 0; i < count; ++i) body(i);
    return;
  }
  // TensorIterator splits its elements over the threads inside libtorch; each element here is an index.
  at::Tensor indices = at::arange(count, at::kLong);
  at::TensorIterator iterator = at::TensorIterator::nullary_op(indices);
  iterator.for_each(
      [&body](char** data, const int64_t* strides, int64_t n) {
        for (int64_t k = 0; k < n; ++k) body(*reinterpret_cast<const int64_t*>(data[0] + k * strides[0]));
      },
      /*grain_size=*/1);
}

}  // namespace saker::autograd
