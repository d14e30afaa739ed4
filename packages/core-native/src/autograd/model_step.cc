#include "autograd/model_impl.h"

#include <c10/core/GradMode.h>

#include <cmath>

#include "autograd/batch.h"
#include "autograd/dist/sync_batch_norm.h"
#include "autograd/divergence.h"
#include "autograd/loss/loss.h"

namespace saker::autograd {

void Model::Impl::ZeroGrad() {
  for (Parameter& p : parameters) p.tensor.mutable_grad().reset();
}

void Model::Impl::Unscale() {
  if (!scaler) return;
  c10::AutoGradMode grad(false);
  for (Parameter& p : parameters) {
    if (p.tensor.grad().defined()) p.tensor.mutable_grad().div_(scaler->scale());
  }
}

void Model::Impl::DropAccumulated() {
  c10::AutoGradMode grad(false);
  for (auto& [buffer, before] : accumulation.statistics) buffer.copy_(before);
  accumulation = {};
  ZeroGrad();
}

void Model::Impl::Accumulate(const at::Tensor& loss, RunContext& run, const StepResult& out) {
  if (member != nullptr) member->last.reset();
  if (!loss.defined()) return;
  if (scaler && accumulation.items == 0) accumulation.unit = static_cast<double>(out.count);
  (Scaled(loss) * (static_cast<double>(out.count) / accumulation.unit)).backward();
  c10::AutoGradMode grad(false);
  const bool first = accumulation.statistics.empty();
  for (auto& [buffer, next] : run.pending_buffers) {
    if (first) accumulation.statistics.emplace_back(buffer, buffer.clone());
    buffer.copy_(next);
  }
  run.pending_buffers.clear();
  accumulation.items += out.count;
  Synchronize(device);  // nothing reads the batch's memory after this call
}

bool Model::Impl::Update(const at::Tensor& loss, RunContext& run, const StepOptions& options, StepResult* out) {
  if (loss.defined() && !loss.requires_grad()) {
    throw EngineError("E_TRAIN_NO_PARAMETERS",
                      {{"detail", "no trainable weight takes part in the loss"}});
  }
  if (!options.update) {
    Accumulate(loss, run, *out);
    return false;
  }
  if (!Backward(loss, *out)) {
    accumulation = {};
    return false;
  }
  c10::AutoGradMode grad(false);
  Unscale();
  for (const auto& hook : on_gradients) hook(*this, options, out);
  out->grad_norm = optimizer->GradNorm();
  const bool finite = std::isfinite(out->grad_norm);
  if (scaler) {
    scaler->Update(finite);
    out->loss_scale = scaler->scale();
    if (!finite && !scaler->exhausted()) {
      out->skipped = true;
      DropAccumulated();
      return false;
    }
  }
  if (!finite) {
    throw Diverged(parameters, options, optimizer->max_lr(),
                   std::to_string(out->loss) + " with a gradient norm of " +
                       std::to_string(out->grad_norm),
                   true);
  }
  optimizer->Clip(out->grad_norm, options);
  optimizer->Step(options.lrs);
  for (auto& [buffer, next] : run.pending_buffers) buffer.copy_(next);
  accumulation = {};
  for (const auto& hook : on_update) hook(*this, options, out);
  ZeroGrad();
  return true;
}

Result<StepResult> Model::TrainStep(const BatchInput& input, const Labels& labels,
                                    const StepOptions& options) {
  return Guard([&] {
    Impl& impl = *impl_;
    if (!impl.optimizer) ThrowArgument("trainStep before configureOptimizer");
    if (!options.lrs.empty() && options.lrs.size() != impl.optimizer->num_groups()) {
      ThrowArgument("expected " + std::to_string(impl.optimizer->num_groups()) +
                    " learning rates, received " + std::to_string(options.lrs.size()));
    }
    StepResult out;
    try {
      at::Tensor loss;
      RunContext run = impl.Context(options, true);
      const SharedStatistics shared(impl.StatisticsGroup());
      if (impl.accumulation.items == 0) impl.ZeroGrad();
      if (!impl.ForwardLoss(input, labels, options, run, &out, &loss)) loss = impl.EmptyLoss(run);
      impl.Update(loss, run, options, &out);
    } catch (...) {
      impl.DropAccumulated();
      throw;
    }
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
    const at::Tensor kept = t.keep.defined() ? logits.index_select(0, t.keep.to(logits.device())) : logits;
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
    if (impl_->accumulation.items > 0) ThrowArgument("lossAndGradients between the batches of one update");
    impl_->ZeroGrad();
    if (!impl_->ForwardLoss(input, labels, options, run, &out, &loss)) return out;
    if (loss.requires_grad()) impl_->Scaled(loss).backward();
    impl_->Unscale();
    for (const Parameter& p : impl_->parameters) {
      if (p.tensor.requires_grad() && p.tensor.grad().defined())
        out.gradients[p.name] = ToHost(p.tensor.grad());
    }
    impl_->ZeroGrad();
    return out;
  });
}

}  // namespace saker::autograd
