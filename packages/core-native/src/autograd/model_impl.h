// The state behind a Model, shared by the files model*.cc. Model's methods are grouped by what they do:
// model.cc what the model is, model_forward.cc from a batch to its loss, model_step.cc the steps, model_tensors.cc
// reading and writing values, model_optimizer.cc the optimiser, model_loss.cc the loss, model_average.cc the average of
// weights. A further group of methods gets a file of its own.
#pragma once

#include <ATen/ATen.h>

#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "autograd/device.h"
#include "autograd/dist/member.h"
#include "autograd/executor.h"
#include "autograd/grad_scaler.h"
#include "autograd/loss/teacher.h"
#include "autograd/model.h"
#include "autograd/optimizer.h"
#include "autograd/ssl/pretraining.h"
#include "autograd/training_memory.h"

namespace saker::autograd {

struct Parameter {
  std::string name;
  at::Tensor tensor;
  bool is_buffer = false;
};

// A copy of `t` in f32, row-major.
HostTensor ToHost(const at::Tensor& t);
// A view of `host`, which must outlive it. E_ENGINE_ARGUMENT, with `name`, when values and shape disagree.
at::Tensor FromHost(const HostTensor& host, const std::string& name);

// Runs `body`, turning every exception into a Failure.
template <typename F>
auto Guard(F&& body) -> Result<decltype(body())> {
  Result<decltype(body())> result;
  try {
    result.value = body();
  } catch (const EngineError& error) {
    result.failure = error.failure();
  } catch (const c10::Error& error) {
    const std::string text = error.what_without_backtrace();
    if (IsOutOfMemory(error)) {
      result.failure = {"E_MEMORY", {{"detail", text.substr(0, text.find('\n'))}}};
    } else {
      result.failure = {"E_INTERNAL", {{"detail", "libtorch: " + text}}};
    }
  } catch (const OutOfMemory& error) {
    result.failure = {"E_MEMORY", {{"detail", error.what()}}};
  } catch (const std::bad_alloc&) {
    result.failure = {"E_MEMORY", {{"detail", "libtorch could not allocate a tensor"}}};
  } catch (const std::exception& error) {
    result.failure = {"E_INTERNAL", {{"detail", error.what()}}};
  }
  return result;
}

// Gradients of several batches on their way to one update, as sums over items, divided by `unit`.
struct Accumulation {
  int64_t items = 0;
  // 1, but under a loss scale the first batch's items: sums over them would take as much of f16's range.
  double unit = 1;
  // Running statistics before the first of the batches, to go back to when one diverges.
  std::vector<std::pair<at::Tensor, at::Tensor>> statistics;
};

struct Model::Impl {
  TrainingMemory memory;  // the first member, so that it ends after the tensors
  std::vector<Parameter> parameters;
  std::unordered_map<std::string, size_t> by_name;
  std::vector<at::Tensor> average;  // one for each parameter, or empty
  std::unique_ptr<Executor> executor;
  std::unique_ptr<Optimizer> optimizer;
  LossConfig loss;
  std::unique_ptr<Teacher> teacher;  // or null
  std::shared_ptr<GroupMember> member;  // null outside a group of processes
  std::unique_ptr<Pretraining> pretraining;  // or null
  std::vector<int64_t> input_dims;
  int threads = 0;
  c10::Device device{c10::kCPU};  // of all tensors of the model; values that go in and out are on the CPU
  bool channels_last = false;
  at::ScalarType dtype = at::kFloat, amp = at::ScalarType::Undefined;
  std::optional<GradScaler> scaler;  // with amp f16 only
  bool checkpoint = false;
  Accumulation accumulation;
  uintptr_t last_input = 0;
  std::vector<int64_t> last_dims;  // of the last batch as the graph sees it
  // Called by every training step: with all gradients in place, before they are measured and clipped; and after the
  // update. What takes part in a step without being an optimiser (weight averages, sums over processes) adds itself.
  using StepHook = std::function<void(Impl& impl, const StepOptions& options, StepResult* result)>;
  std::vector<StepHook> on_gradients, on_update;

  // The weight or buffer of that name; E_ENGINE_ARGUMENT when there is none.
  Parameter& FindParameter(const std::string& name);
  at::Tensor& Find(const std::string& name) { return FindParameter(name).tensor; }
  // The batch as the graph takes it, in the memory that it came in where that is the model's device's.
  at::Tensor Adopt(const BatchInput& input);
  // `x` in the memory layout that the graph runs in.
  at::Tensor Layout(const at::Tensor& x) const;
  RunContext Context(const StepOptions& options, bool train) const;
  // The graph's first output, [N,K].
  at::Tensor Logits(const at::Tensor& x, RunContext& run);
  // Forward and loss of the counted items with gradients on; returns false when none counts.
  bool ForwardLoss(const BatchInput& input, const Labels& labels, const StepOptions& options, RunContext& run,
                   StepResult* out, at::Tensor* loss);
  // The loss of laid-out pixels, with gradients as the caller has them; fills `out`.
  at::Tensor Loss(const at::Tensor& x, const at::Tensor& targets, const StepOptions& options, RunContext& run,
                  StepResult* out);
  // Whose batch statistics are shared, see SharedStatistics; null where they are the model's own.
  ProcessGroup* StatisticsGroup() const;
  // A loss of no items, so that a rank without any takes part in what its graph shares; undefined where that is nothing.
  at::Tensor EmptyLoss(RunContext& run);
  // Adds the gradients of a batch that waits for a later update to those before it.
  void Accumulate(const at::Tensor& loss, RunContext& run, const StepResult& out);
  // Gradients of the mean loss of all counted items since the last update, in a group of those of all ranks. False when there
  // is none anywhere.
  bool Backward(const at::Tensor& loss, const StepResult& out);
  // What goes backward: `loss`, times the loss scale where there is one.
  at::Tensor Scaled(const at::Tensor& loss) const { return scaler ? loss * scaler->scale() : loss; }
  // Divides gradients by the loss scale.
  void Unscale();
  // The rest of a training step: backward, clipping, the update, and what follows it. False when there was nothing to update
  // by, or the step was left out for its loss scale, which changes nothing but that. E_TRAIN_NO_PARAMETERS, E_TRAIN_DIVERGED.
  bool Update(const at::Tensor& loss, RunContext& run, const StepOptions& options, StepResult* out);
  void ZeroGrad();
  // Forgets the batches since the last update, and what they did to running statistics.
  void DropAccumulated();
};

}  // namespace saker::autograd
