#include <ATen/ATen.h>

#include "autograd/loss/loss.h"

namespace saker::autograd {
namespace {

// Row-normalised inner products of a batch, [M,M].
at::Tensor Similarities(const at::Tensor& features) {
  const at::Tensor rows = features.flatten(1);
  const at::Tensor products = at::matmul(rows, rows.t());
  return products / products.norm(2, {1}, true).clamp_min(1e-12);
}

}  // namespace

at::Tensor LogitDistillation(const at::Tensor& student, const at::Tensor& teacher, bool sigmoid,
                             double temperature) {
  const at::Tensor s = student / temperature, t = teacher / temperature;
  const double scale = temperature * temperature;
  if (sigmoid) {
    const at::Tensor p = t.sigmoid();
    const at::Tensor divergence = p * (at::log_sigmoid(t) - at::log_sigmoid(s)) +
                                  (1 - p) * (at::log_sigmoid(-t) - at::log_sigmoid(-s));
    return divergence.mean() * scale;
  }
  const at::Tensor log_p = at::log_softmax(t, 1);
  const at::Tensor divergence = log_p.exp() * (log_p - at::log_softmax(s, 1));
  return divergence.sum() * (scale / static_cast<double>(student.size(0)));
}

at::Tensor SimilarityDistillation(const at::Tensor& student, const at::Tensor& teacher) {
  const double count = static_cast<double>(student.size(0));
  return (Similarities(student) - Similarities(teacher)).square().sum() / (count * count);
}

}  // namespace saker::autograd
