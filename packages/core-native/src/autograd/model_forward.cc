#include "autograd/model_impl.h"

#include <c10/core/GradMode.h>

#include <cmath>

#include "autograd/batch.h"
#include "autograd/divergence.h"
#include "autograd/loss/loss.h"

namespace saker::autograd {

at::Tensor Model::Impl::Adopt(const BatchInput& input) {
  at::Tensor x = AdoptBatch(input, input_dims, device);
  last_input = reinterpret_cast<uintptr_t>(x.data_ptr());
  last_dims = x.sizes().vec();
  return x;
}

at::Tensor Model::Impl::Layout(const at::Tensor& x) const {
  const at::Tensor typed = x.to(dtype);
  return channels_last && x.dim() == 4 ? typed.contiguous(at::MemoryFormat::ChannelsLast) : typed;
}

RunContext Model::Impl::Context(const StepOptions& options, bool train) const {
  RunContext run;
  run.train = train;
  run.seed = options.seed;
  run.step = options.step;
  run.statistics_weight = options.statistics_weight;
  return run;
}

at::Tensor Model::Impl::Logits(const at::Tensor& x, RunContext& run) {
  at::Tensor y = executor->Run(x, {executor->outputs().at(0)}, run)[0];
  if (y.dim() < 2) ThrowArgument("the graph's first output is not a batch of logits");
  return y.flatten(1).to(dtype);
}

bool Model::Impl::ForwardLoss(const BatchInput& input, const Labels& labels, const StepOptions& options,
                 RunContext& run, StepResult* out, at::Tensor* loss) {
  at::Tensor x = Adopt(input);
  Targets t = MakeTargets(labels, x.size(0));
  if (t.count == 0) return false;
  // Items left out never reach the graph: a failed photo's zeros would shift batch statistics.
  if (t.keep.defined()) {
    x = x.index_select(0, t.keep.to(device));
    t.values = t.values.index_select(0, t.keep);
  }
  c10::AutoGradMode grad(true);
  run.amp = amp;
  run.checkpoint = checkpoint;
  *loss = Loss(Layout(x), t.values, options, run, out);
  if (!std::isfinite(out->loss)) {
    throw Diverged(parameters, options, optimizer ? optimizer->max_lr() : 0, std::to_string(out->loss), false);
  }
  return true;
}

Result<HostTensors> Model::Forward(const BatchInput& input, const std::vector<std::string>& outputs,
                                   const StepOptions& options) {
  return Guard([&] {
    c10::AutoGradMode grad(false);
    const at::Tensor x = impl_->Adopt(input);
    RunContext run = impl_->Context(options, options.train);
    const auto& wanted = outputs.empty() ? impl_->executor->outputs() : outputs;
    const auto values = impl_->executor->Run(impl_->Layout(x), wanted, run);
    for (auto& [buffer, next] : run.pending_buffers) buffer.copy_(next);
    HostTensors out;
    for (size_t i = 0; i < wanted.size(); ++i) out[wanted[i]] = ToHost(values[i]);
    return out;
  });
}

}  // namespace saker::autograd
