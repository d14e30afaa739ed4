#include "autograd/loss.h"

#include <ATen/ATen.h>

#include <string>
#include <vector>

#include "autograd/error.h"

namespace saker::autograd {

Targets MakeTargets(const Labels& labels, int64_t batch) {
  if (static_cast<int64_t>(labels.count) != batch) {
    ThrowArgument("expected " + std::to_string(batch) + " labels, received " +
                  std::to_string(labels.count));
  }
  Targets t;
  t.labels = at::empty({batch}, at::TensorOptions().dtype(at::kLong));
  std::vector<int64_t> keep;
  for (int64_t i = 0; i < batch; ++i) {
    t.labels.data_ptr<int64_t>()[i] = labels.data[i];
    if (labels.mask == nullptr || labels.mask[i] != 0) keep.push_back(i);
  }
  t.count = static_cast<int64_t>(keep.size());
  if (t.count < batch)
    t.keep = at::tensor(at::ArrayRef<int64_t>(keep), at::TensorOptions().dtype(at::kLong));
  return t;
}

at::Tensor CrossEntropy(const at::Tensor& logits, const at::Tensor& labels, double smoothing,
                        StepResult* out) {
  const int64_t classes = logits.size(1);
  if (((labels < 0) | (labels >= classes)).any().item<bool>()) {
    ThrowArgument("a label lies outside the model's " + std::to_string(classes) + " classes");
  }
  at::Tensor loss =
      at::cross_entropy_loss(logits, labels, {}, at::Reduction::Mean, -100, smoothing);
  out->loss = loss.item<double>();
  out->count = labels.size(0);
  out->correct = logits.detach().argmax(1).eq(labels).sum().item<int64_t>();
  return loss;
}

}  // namespace saker::autograd
