#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cmath>

#include "autograd/dist/sync_batch_norm.h"
#include "autograd/divergence.h"
#include "autograd/model_impl.h"
#include "autograd/ssl/losses.h"
#include "autograd/ssl/pretraining.h"

namespace saker::autograd {
namespace {

constexpr char kCenter[] = "center";
constexpr char kTeacher[] = "teacher/";

// Indices of the items that every view has; undefined when that is all of them.
at::Tensor KeptItems(const std::vector<Labels>& labels, int64_t batch, int64_t* count) {
  std::vector<int64_t> keep;
  for (int64_t i = 0; i < batch; ++i) {
    bool there = true;
    for (const Labels& view : labels) {
      if (view.mask == nullptr) continue;
      if (static_cast<int64_t>(view.mask_count) != batch) ThrowArgument("a view's mask is not as long as the batch");
      there = there && view.mask[i] != 0;
    }
    if (there) keep.push_back(i);
  }
  *count = static_cast<int64_t>(keep.size());
  if (*count == batch) return {};
  at::Tensor out = at::empty({*count}, at::TensorOptions().dtype(at::kLong));
  std::copy(keep.begin(), keep.end(), out.data_ptr<int64_t>());
  return out;
}

}  // namespace

Result<bool> Model::ConfigurePretraining(const Program& program, const PretrainConfig& config) {
  return Guard([&] {
    auto pretraining = std::make_unique<Pretraining>();
    pretraining->config = config;
    if (config.method == PretrainConfig::Method::kDino) {
      std::unordered_map<std::string, at::Tensor> weights;
      for (const Parameter& p : impl_->parameters) {
        // Batch statistics are used where the scale takes a gradient; the teacher's steps record none.
        at::Tensor copy = p.tensor.detach().clone();
        if (!p.is_buffer) copy.set_requires_grad(true);
        weights.emplace(p.name, copy);
        pretraining->teacher.push_back({p.name, copy, p.tensor, p.is_buffer});
      }
      pretraining->executor = std::make_unique<Executor>(program, std::move(weights));
    }
    impl_->pretraining = std::move(pretraining);
    return true;
  });
}

Result<StepResult> Model::PretrainStep(const std::vector<BatchInput>& inputs, const std::vector<Labels>& labels,
                                       const StepOptions& options, const PretrainOptions& pretrain) {
  return Guard([&] {
    if (!impl_->pretraining) ThrowArgument("pretrainStep before configurePretraining");
    if (!impl_->optimizer) ThrowArgument("pretrainStep before configureOptimizer");
    Pretraining& state = *impl_->pretraining;
    const bool dino = state.config.method == PretrainConfig::Method::kDino;
    const size_t globals = dino ? pretrain.global_views : inputs.size();
    if (inputs.size() < 2 || globals < 1 || globals > inputs.size() || (!dino && inputs.size() != 2))
      ThrowArgument(dino ? "DINO needs two views or more" : "SimCLR needs two views");
    StepResult out;
    std::vector<at::Tensor> views;
    for (const BatchInput& input : inputs) views.push_back(impl_->Adopt(input));
    const int64_t batch = views[0].size(0);
    for (const at::Tensor& view : views) {
      if (view.size(0) != batch) ThrowArgument("views of different numbers of pictures");
    }
    int64_t count = 0;
    const at::Tensor keep = KeptItems(labels, batch, &count);
    if (keep.defined()) {
      for (at::Tensor& view : views) view = view.index_select(0, keep.to(view.device()));
    }
    RunContext run = impl_->Context(options, true);
    const SharedStatistics shared(impl_->StatisticsGroup());
    impl_->ZeroGrad();
    at::Tensor loss, teacher_logits;
    RunContext teacher_run = impl_->Context(options, true);
    // One picture has no other to be told from, and no batch statistics.
    if (count > 1) {
      const at::TensorList all(views);
      const at::Tensor shown = impl_->Layout(at::cat(all.slice(0, globals)));
      if (dino) {
        c10::AutoGradMode grad(false);
        teacher_logits = state.executor->Run(shown, {state.executor->outputs().at(0)}, teacher_run)[0].flatten(1);
        if (!state.center.defined()) state.center = at::zeros({1, teacher_logits.size(1)}, teacher_logits.options());
      }
      c10::AutoGradMode grad(true);
      at::Tensor logits = impl_->Logits(shown, run);
      if (dino && globals < views.size()) {
        // The views that are left may be of another size, and each pass normalises its own batch.
        RunContext local = impl_->Context(options, true);
        logits = at::cat({logits, impl_->Logits(impl_->Layout(at::cat(all.slice(globals))), local)});
      }
      int64_t hits = 0;
      loss = dino ? DinoLoss(logits, teacher_logits, state.center, static_cast<int64_t>(views.size()),
                             static_cast<int64_t>(globals), state.config.temperature, pretrain.teacher_temperature,
                             &hits)
                  : NtXent(logits, state.config.temperature, &hits);
      out.count = count;
      out.loss = loss.item<double>();
      // Of two views each.
      out.correct = hits / 2;
    }
    if (loss.defined() && !std::isfinite(out.loss)) {
      throw Diverged(impl_->parameters, options, impl_->optimizer->max_lr(), std::to_string(out.loss), false);
    }
    if (!impl_->Update(loss, run, options, &out) || !dino) return out;
    c10::AutoGradMode grad(false);
    if (teacher_logits.defined()) {
      at::Tensor mean = teacher_logits.mean(0, true);
      if (impl_->member != nullptr) {
        impl_->member->group->Sum(mean);
        mean.div_(impl_->member->group->world_size());
      }
      state.center.mul_(state.config.center_momentum).add_(mean, 1 - state.config.center_momentum);
    }
    for (auto& [buffer, next] : teacher_run.pending_buffers) buffer.copy_(next);
    for (const Pretraining::Weight& w : state.teacher) {
      if (!w.is_buffer) w.tensor.detach().mul_(pretrain.teacher_momentum).add_(w.student.detach(), 1 - pretrain.teacher_momentum);
    }
    return out;
  });
}

Result<HostTensors> Model::PretrainState() const {
  return Guard([&] {
    HostTensors out;
    if (!impl_->pretraining) return out;
    for (const Pretraining::Weight& w : impl_->pretraining->teacher) out[kTeacher + w.name] = ToHost(w.tensor);
    if (impl_->pretraining->center.defined()) out[kCenter] = ToHost(impl_->pretraining->center);
    return out;
  });
}

}  // namespace saker::autograd
