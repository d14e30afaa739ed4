// The loss of a batch: the task's, and what a teacher adds to it.
#include "autograd/model_impl.h"

#include "autograd/loss/loss.h"

namespace saker::autograd {

at::Tensor Model::Impl::Loss(const at::Tensor& x, const at::Tensor& targets,
                             const StepOptions& options, RunContext& run, StepResult* out) {
  if (!teacher) return TaskLoss(loss, Logits(x, run), targets, options.label_smoothing, out);
  const DistillConfig& config = teacher->config();
  at::Tensor logits, features;
  if (config.feature_weight > 0) {
    const auto values = executor->Run(x, {executor->outputs().at(0), config.student_feature}, run);
    logits = values[0].flatten(1).to(dtype);
    features = values[1];
  } else {
    logits = Logits(x, run);
  }
  at::Tensor total =
      TaskLoss(loss, logits, targets, options.label_smoothing, out) * (1 - config.alpha);
  const Teacher::Answer answer = teacher->Run(x.detach(), logits.size(1), loss.sigmoid);
  if (answer.logits.defined()) {
    total = total + config.alpha * LogitDistillation(logits, answer.logits, loss.sigmoid,
                                                     config.temperature);
  }
  if (answer.features.defined()) {
    total = total + config.feature_weight * SimilarityDistillation(features, answer.features);
  }
  out->loss = total.item<double>();
  return total;
}

Result<bool> Model::ConfigureLoss(const LossConfig& config) {
  return Guard([&] {
    impl_->loss = config;
    return true;
  });
}

Result<bool> Model::ConfigureTeacher(const Program& program, const DistillConfig& config) {
  return Guard([&] {
    impl_->teacher = std::make_unique<Teacher>(program, config, impl_->device);
    return true;
  });
}

}  // namespace saker::autograd
