#include "autograd/model_impl.h"

#include <c10/core/GradMode.h>

#include <cmath>

#include "autograd/batch.h"
#include "autograd/divergence.h"
#include "autograd/loss/loss.h"

namespace saker::autograd {

void Model::Impl::ZeroGrad() {
  for (Parameter& p : parameters) p.tensor.mutable_grad().reset();
}

Result<StepResult> Model::TrainStep(const BatchInput& input, const Labels& labels,
                                    const StepOptions& options) {
  return Guard([&] {
    if (!impl_->optimizer) ThrowArgument("trainStep before configureOptimizer");
    if (!options.lrs.empty() && options.lrs.size() != impl_->optimizer->num_groups()) {
      ThrowArgument("expected " + std::to_string(impl_->optimizer->num_groups()) +
                    " learning rates, received " + std::to_string(options.lrs.size()));
    }
    StepResult out;
    at::Tensor loss;
    RunContext run = impl_->Context(options, true);
    impl_->ZeroGrad();
    if (!impl_->ForwardLoss(input, labels, options, run, &out, &loss)) return out;
    if (!loss.requires_grad()) {
      throw EngineError("E_TRAIN_NO_PARAMETERS",
                        {{"detail", "no trainable weight takes part in the loss"}});
    }
    loss.backward();
    c10::AutoGradMode grad(false);
    for (const auto& hook : impl_->on_gradients) hook(*impl_, options, &out);
    out.grad_norm = impl_->optimizer->GradNorm();
    if (!std::isfinite(out.grad_norm)) {
      const EngineError error = Diverged(impl_->parameters, options, impl_->optimizer->max_lr(),
                                         std::to_string(out.loss) + " with a gradient norm of " + std::to_string(out.grad_norm), true);
      impl_->ZeroGrad();
      throw error;
    }
    impl_->optimizer->Clip(out.grad_norm, options);
    impl_->optimizer->Step(options.lrs);
    for (auto& [buffer, next] : run.pending_buffers) buffer.copy_(next);
    for (const auto& hook : impl_->on_update) hook(*impl_, options, &out);
    impl_->ZeroGrad();
    return out;
  });
}

Result<StepResult> Model::EvalStep(const BatchInput& input, const Labels& labels,
                                   const StepOptions& options) {
  return Guard([&] {
    c10::AutoGradMode grad(false);
    StepResult out;
    at::Tensor x = impl_->Adopt(input);
    const Targets t = MakeTargets(labels, x.size(0));
    RunContext run = impl_->Context(options, false);
    const at::Tensor logits = impl_->Logits(impl_->Layout(x), run);
    out.probabilities = ToHost(impl_->loss.sigmoid ? logits.sigmoid() : at::softmax(logits, 1));
    if (t.count == 0) return out;
    const at::Tensor kept = t.keep.defined() ? logits.index_select(0, t.keep) : logits;
    const at::Tensor wanted = t.keep.defined() ? t.values.index_select(0, t.keep) : t.values;
    TaskLoss(impl_->loss, kept, wanted, options.label_smoothing, &out);
    return out;
  });
}

Result<StepResult> Model::LossAndGradients(const BatchInput& input, const Labels& labels,
                                           const StepOptions& options) {
  return Guard([&] {
    StepResult out;
    at::Tensor loss;
    RunContext run = impl_->Context(options, options.train);
    impl_->ZeroGrad();
    if (!impl_->ForwardLoss(input, labels, options, run, &out, &loss)) return out;
    if (loss.requires_grad()) loss.backward();
    for (const Parameter& p : impl_->parameters) {
      if (p.tensor.requires_grad() && p.tensor.grad().defined())
        out.gradients[p.name] = ToHost(p.tensor.grad());
    }
    impl_->ZeroGrad();
    return out;
  });
}

}  // namespace saker::autograd
