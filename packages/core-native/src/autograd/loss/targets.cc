#include "autograd/loss/loss.h"

#include <ATen/ATen.h>

#include <string>
#include <vector>

#include "autograd/error.h"

namespace saker::autograd {

namespace {

at::Tensor SoftRows(const Labels& labels, int64_t batch) {
  const int64_t values = static_cast<int64_t>(labels.soft_count);
  if (values == 0 || values % batch != 0) {
    ThrowArgument("expected one row of targets for each of " + std::to_string(batch) +
                  " items, received " + std::to_string(values) + " values");
  }
  return at::from_blob(const_cast<float*>(labels.soft), {batch, values / batch},
                       at::TensorOptions().dtype(at::kFloat));
}

at::Tensor ClassIndices(const Labels& labels, int64_t batch) {
  if (static_cast<int64_t>(labels.count) != batch) {
    ThrowArgument("expected " + std::to_string(batch) + " labels, received " +
                  std::to_string(labels.count));
  }
  at::Tensor indices = at::empty({batch}, at::TensorOptions().dtype(at::kLong));
  for (int64_t i = 0; i < batch; ++i) indices.data_ptr<int64_t>()[i] = labels.data[i];
  return indices;
}

}  // namespace

Targets MakeTargets(const Labels& labels, int64_t batch) {
  Targets t;
  t.values = labels.soft == nullptr ? ClassIndices(labels, batch) : SoftRows(labels, batch);
  if (labels.mask != nullptr && static_cast<int64_t>(labels.mask_count) != batch) {
    ThrowArgument("expected a mask of " + std::to_string(batch) + " entries, received " +
                  std::to_string(labels.mask_count));
  }
  std::vector<int64_t> keep;
  for (int64_t i = 0; i < batch; ++i) {
    if (labels.mask == nullptr || labels.mask[i] != 0) keep.push_back(i);
  }
  t.count = static_cast<int64_t>(keep.size());
  if (t.count < batch)
    t.keep = at::tensor(at::ArrayRef<int64_t>(keep), at::TensorOptions().dtype(at::kLong));
  return t;
}

}  // namespace saker::autograd
