#include "autograd/loss.h"

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

void CheckTargets(const at::Tensor& targets, int64_t classes) {
  if (targets.dim() == 1) {
    if (((targets < 0) | (targets >= classes)).any().item<bool>()) {
      ThrowArgument("a label lies outside the model's " + std::to_string(classes) + " classes");
    }
    return;
  }
  if (targets.size(1) != classes) {
    ThrowArgument("targets of " + std::to_string(targets.size(1)) + " classes for a model of " +
                  std::to_string(classes));
  }
  if (!(at::isfinite(targets) & (targets >= 0)).all().item<bool>()) {
    ThrowArgument("a target is negative or not a finite number");
  }
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

at::Tensor CrossEntropy(const at::Tensor& logits, const at::Tensor& targets, double smoothing,
                        StepResult* out) {
  CheckTargets(targets, logits.size(1));
  at::Tensor loss =
      at::cross_entropy_loss(logits, targets, {}, at::Reduction::Mean, -100, smoothing);
  const at::Tensor truth = targets.dim() == 1 ? targets : targets.argmax(1);
  out->loss = loss.item<double>();
  out->count = targets.size(0);
  out->correct = logits.detach().argmax(1).eq(truth).sum().item<int64_t>();
  return loss;
}

}  // namespace saker::autograd
