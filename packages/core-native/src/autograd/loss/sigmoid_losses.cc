#include <ATen/ATen.h>

#include "autograd/loss/loss.h"

namespace saker::autograd {

at::Tensor BinaryCrossEntropy(const at::Tensor& logits, const at::Tensor& targets,
                              const at::Tensor& weights) {
  const c10::optional<at::Tensor> positive =
      weights.defined() ? c10::optional<at::Tensor>(weights) : c10::nullopt;
  return at::binary_cross_entropy_with_logits(logits, targets, c10::nullopt, positive,
                                              at::Reduction::Mean);
}

at::Tensor SigmoidFocal(const at::Tensor& logits, const at::Tensor& targets,
                        const at::Tensor& weights, double gamma, double alpha) {
  const at::Tensor log_p = at::log_sigmoid(logits), log_q = at::log_sigmoid(-logits);
  // For a target between 0 and 1 the modulating factor is that of p_t = p t + (1 - p)(1 - t), as in torchvision.
  const at::Tensor p = log_p.exp();
  const at::Tensor p_t = p * targets + (1 - p) * (1 - targets);
  at::Tensor positive = targets * log_p;
  if (weights.defined()) positive = positive * weights;
  at::Tensor loss = -(positive + (1 - targets) * log_q) * (1 - p_t).clamp_min(1e-12).pow(gamma);
  if (alpha >= 0) loss = loss * (alpha * targets + (1 - alpha) * (1 - targets));
  return loss.mean();
}

at::Tensor Asymmetric(const at::Tensor& logits, const at::Tensor& targets, const at::Tensor& weights,
                      double gamma_pos, double gamma_neg, double clip) {
  const at::Tensor p = logits.sigmoid();
  const at::Tensor q = clip > 0 ? (p - clip).clamp_min(0) : p;
  // The authors' own guard of the logarithms.
  constexpr double kLeast = 1e-8;
  at::Tensor positive = targets * p.clamp_min(kLeast).log();
  if (gamma_pos > 0) positive = positive * (1 - p).clamp_min(1e-12).pow(gamma_pos);
  if (weights.defined()) positive = positive * weights;
  at::Tensor negative = (1 - targets) * (1 - q).clamp_min(kLeast).log();
  if (gamma_neg > 0) negative = negative * q.clamp_min(1e-12).pow(gamma_neg);
  return -(positive + negative).mean();
}

}  // namespace saker::autograd
