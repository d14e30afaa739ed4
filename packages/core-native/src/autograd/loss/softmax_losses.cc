#include <ATen/ATen.h>

#include "autograd/loss/loss.h"

namespace saker::autograd {

at::Tensor CrossEntropy(const at::Tensor& logits, const at::Tensor& targets,
                        const at::Tensor& weights, double smoothing) {
  const c10::optional<at::Tensor> weight =
      weights.defined() ? c10::optional<at::Tensor>(weights) : c10::nullopt;
  return at::cross_entropy_loss(logits, targets, weight, at::Reduction::Mean, -100, smoothing);
}

at::Tensor SoftmaxFocal(const at::Tensor& logits, const at::Tensor& targets,
                        const at::Tensor& weights, double smoothing, double gamma) {
  const int64_t classes = logits.size(1);
  const bool hard = targets.dim() == 1;
  at::Tensor rows = hard ? at::one_hot(targets, classes).to(logits.scalar_type()) : targets;
  at::Tensor total = at::scalar_tensor(static_cast<double>(logits.size(0)), logits.options());
  if (hard && weights.defined()) total = weights.index_select(0, targets).sum();
  if (smoothing > 0) rows = rows * (1 - smoothing) + smoothing / static_cast<double>(classes);
  if (weights.defined()) rows = rows * weights;
  const at::Tensor log_p = at::log_softmax(logits, 1);
  // A power below 1 has no slope at 0, which is where a sure prediction stands.
  const at::Tensor rest = (1 - log_p.exp()).clamp_min(1e-12);
  return -(rows * rest.pow(gamma) * log_p).sum() / total;
}

}  // namespace saker::autograd
