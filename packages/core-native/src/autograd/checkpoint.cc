// Gradient checkpointing (Chen et al. 2016, Training Deep Nets with Sublinear Memory Cost): the plan is cut into about
// sqrt(n) segments; the forward pass keeps what crosses a border, the backward pass runs each segment again.
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

#include <cmath>
#include <functional>

#include "autograd/dist/sync_batch_norm.h"
#include "autograd/executor.h"

namespace saker::autograd {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;
using Body = std::function<variable_list(const variable_list& inputs)>;

// The segment's body, kept alive by the graph of the loss.
struct BodyHolder : torch::CustomClassHolder {
  explicit BodyHolder(Body given) : body(std::move(given)) {}
  Body body;
};

struct Recomputed : torch::autograd::Function<Recomputed> {
  static variable_list forward(AutogradContext* ctx, c10::intrusive_ptr<BodyHolder> holder, at::TensorList inputs) {
    ctx->saved_data["body"] = c10::IValue::make_capsule(holder);
    ctx->save_for_backward(inputs.vec());
    return holder->body(inputs.vec());
  }

  static variable_list backward(AutogradContext* ctx, variable_list output_gradients) {
    const auto capsule = ctx->saved_data["body"].toCapsule();
    const auto& body = static_cast<BodyHolder*>(capsule.get())->body;
    variable_list inputs, wanted, outputs, gradients, out;
    for (const at::Tensor& saved : ctx->get_saved_variables()) {
      inputs.push_back(saved.defined() ? saved.detach().set_requires_grad(saved.requires_grad()) : saved);
      if (saved.requires_grad()) wanted.push_back(inputs.back());
    }
    {
      c10::AutoGradMode grad(true);
      const variable_list again = body(inputs);
      for (size_t i = 0; i < again.size(); ++i) {
        if (!again[i].requires_grad() || !output_gradients[i].defined()) continue;
        outputs.push_back(again[i]);
        gradients.push_back(output_gradients[i]);
      }
    }
    variable_list found;
    if (!outputs.empty()) {
      found = torch::autograd::grad(outputs, wanted, gradients, /*retain_graph=*/{}, /*create_graph=*/false, /*allow_unused=*/true);
    }
    out.emplace_back();  // of the body
    size_t next = 0;
    for (const at::Tensor& input : inputs) {
      const bool takes = input.requires_grad();
      out.push_back(takes && !found.empty() ? found[next] : at::Tensor());
      if (takes) ++next;
    }
    return out;
  }
};

}  // namespace

std::vector<size_t> Executor::SegmentBorders(const Plan& plan) const {
  const size_t n = plan.steps.size();
  std::vector<int> alive(n + 1, 0);  // computed values that step i still finds
  int living = 0;
  for (size_t i = 0; i < n; ++i) {
    alive[i] = living;
    for (int slot : plan.steps[i]->out) living += slot >= 0;
    living -= static_cast<int>(plan.release[i].size());
  }
  const size_t segments = std::max<size_t>(2, static_cast<size_t>(std::lround(std::sqrt(n))));
  std::vector<size_t> borders{0};
  for (size_t k = 1; k < segments; ++k) {
    const size_t ideal = k * n / segments, reach = n / (2 * segments);
    size_t best = ideal;
    for (size_t i = ideal - std::min(ideal, reach); i <= std::min(n - 1, ideal + reach); ++i) {
      if (alive[i] < alive[best]) best = i;
    }
    if (best > borders.back()) borders.push_back(best);
  }
  borders.push_back(n);
  return borders;
}

void Executor::RunCheckpointed(const Plan& plan, const std::vector<int>& wanted, std::vector<at::Tensor>& values,
                               RunContext& run) {
  const std::vector<size_t> borders = SegmentBorders(plan);
  for (size_t k = 0; k + 2 < borders.size(); ++k) {
    const size_t from = borders[k], to = borders[k + 1];
    std::vector<bool> inside(values.size(), false), read(values.size(), false), later(values.size(), false);
    for (size_t i = from; i < plan.steps.size(); ++i) {
      for (int slot : plan.steps[i]->in) {
        if (slot >= 0 && i < to && !inside[static_cast<size_t>(slot)]) read[static_cast<size_t>(slot)] = true;
        if (slot >= 0 && i >= to) later[static_cast<size_t>(slot)] = true;
      }
      for (int slot : plan.steps[i]->out) {
        if (slot >= 0 && i < to) inside[static_cast<size_t>(slot)] = true;
      }
    }
    for (int slot : wanted) later[static_cast<size_t>(slot)] = true;
    std::vector<int> ins, outs;
    for (size_t slot = 0; slot < values.size(); ++slot) {
      if (read[slot] && values[slot].defined()) ins.push_back(static_cast<int>(slot));
      if (inside[slot] && later[slot]) outs.push_back(static_cast<int>(slot));
    }
    // The first run's statistics are the step's; those of the second are the same and are dropped.
    RunContext again = run;
    again.pending_buffers.clear();
    bool first = true;
    RunContext* live = &run;
    const Plan* steps = &plan;
    // Off the CPU the backward pass is run by a thread of libtorch's own.
    ProcessGroup* const group = SharedStatistics::Group();
    const bool counts = SharedStatistics::Counts();
    const auto body = [this, steps, from, to, ins, outs, again, live, first, group,
                       counts](const variable_list& inputs) mutable {
      const SharedStatistics shared(group, counts);
      std::vector<at::Tensor> local(constants_.size());
      for (size_t i = 0; i < ins.size(); ++i) local[static_cast<size_t>(ins[i])] = inputs[i];
      RunContext copy = again;
      RunSteps(*steps, from, to, local, first ? *live : copy);
      first = false;
      variable_list results;
      for (int slot : outs) results.push_back(local[static_cast<size_t>(slot)]);
      return results;
    };
    variable_list inputs;
    for (int slot : ins) inputs.push_back(values[static_cast<size_t>(slot)]);
    const variable_list results = Recomputed::apply(c10::make_intrusive<BodyHolder>(body), at::TensorList(inputs));
    for (size_t i = 0; i < outs.size(); ++i) values[static_cast<size_t>(outs[i])] = results[i];
    for (size_t i = from; i < to; ++i) {
      for (int slot : plan.release[i]) values[static_cast<size_t>(slot)].reset();
    }
  }
  RunSteps(plan, borders[borders.size() - 2], plan.steps.size(), values, run);
}

}  // namespace saker::autograd
