#include <ATen/ATen.h>

#include <string>

#include "autograd/error.h"
#include "autograd/loss/loss.h"

namespace saker::autograd {
namespace {

void CheckTargets(const at::Tensor& targets, int64_t classes, bool sigmoid) {
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
  if (sigmoid && (targets > 1).any().item<bool>()) {
    ThrowArgument("a target is above 1, which a class that is there or not cannot be");
  }
}

// Rows for sigmoids. A single logit stands for the second of two classes.
at::Tensor SigmoidTargets(const at::Tensor& targets, int64_t width) {
  const int64_t classes = width == 1 ? 2 : width;
  CheckTargets(targets, classes, true);
  if (targets.dim() == 1) {
    return width == 1 ? targets.to(at::kFloat).unsqueeze(1)
                      : at::one_hot(targets, classes).to(at::kFloat);
  }
  return width == 1 ? targets.narrow(1, 1, 1) : targets;
}

at::Tensor WeightsOf(const LossConfig& config, const at::Tensor& logits) {
  if (config.weights.empty()) return {};
  const int64_t count = static_cast<int64_t>(config.weights.size());
  if (count != logits.size(1)) {
    ThrowArgument("expected " + std::to_string(logits.size(1)) + " class weights, received " +
                  std::to_string(count));
  }
  return at::tensor(at::ArrayRef<float>(config.weights)).to(logits.device());
}

at::Tensor SigmoidLoss(const LossConfig& config, const at::Tensor& logits, const at::Tensor& rows,
                       const at::Tensor& weights) {
  switch (config.kind) {
    case LossConfig::Kind::kFocal:
      return SigmoidFocal(logits, rows, weights, config.gamma, config.alpha);
    case LossConfig::Kind::kAsymmetric:
      return Asymmetric(logits, rows, weights, config.gamma_pos, config.gamma_neg, config.clip);
    default:
      return BinaryCrossEntropy(logits, rows, weights);
  }
}

}  // namespace

at::Tensor TaskLoss(const LossConfig& config, const at::Tensor& logits, const at::Tensor& host_targets,
                    double smoothing, StepResult* out) {
  const at::Tensor weights = WeightsOf(config, logits);
  at::Tensor loss;
  out->count = host_targets.size(0);
  if (config.sigmoid) {
    const at::Tensor rows = SigmoidTargets(host_targets, logits.size(1)).to(logits.device());
    // Keras's smoothing of a yes or no: half of it goes to either side.
    const at::Tensor smooth = smoothing > 0 ? rows * (1 - smoothing) + smoothing / 2 : rows;
    loss = SigmoidLoss(config, logits, smooth, weights);
    out->correct = ((logits.detach() > 0) == (rows > 0.5)).all(1).sum().item<int64_t>();
  } else {
    CheckTargets(host_targets, logits.size(1), false);
    const at::Tensor targets = host_targets.to(logits.device());
    loss = config.kind == LossConfig::Kind::kFocal
               ? SoftmaxFocal(logits, targets, weights, smoothing, config.gamma)
               : CrossEntropy(logits, targets, weights, smoothing);
    const at::Tensor truth = targets.dim() == 1 ? targets : targets.argmax(1);
    out->correct = logits.detach().argmax(1).eq(truth).sum().item<int64_t>();
  }
  out->loss = loss.item<double>();
  return loss;
}

}  // namespace saker::autograd
