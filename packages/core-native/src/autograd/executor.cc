#include "autograd/executor.h"

#include <c10/core/GradMode.h>

#include <algorithm>

#include "autograd/device.h"
#include "autograd/host_operands.h"
#include "autograd/ops/random_mask.h"

namespace saker::autograd {
namespace {

std::string Label(const Node& node, size_t index) {
  if (!node.name.empty()) return node.name;
  std::string label = std::to_string(index);  // appended to: GCC 12 misreads "#" + string in C++20 (-Wrestrict)
  return label.insert(0, 1, '#');
}

at::Tensor DropBranch(const at::Tensor& branch, double rate, const RunContext& run) {
  std::vector<int64_t> shape(static_cast<size_t>(branch.dim()), 1);
  if (!shape.empty()) shape[0] = branch.size(0);
  const at::Tensor keep = KeepMask(shape, rate, run, MaskUse::kStochasticDepth);
  return branch * (keep.to(branch.options()) * (1 / (1 - rate)));
}

}  // namespace

int Executor::Slot(const std::string& name) {
  auto [it, added] = slots_.emplace(name, static_cast<int>(slots_.size()));
  if (added) {
    constants_.emplace_back();
    producer_.push_back(-1);
  }
  return it->second;
}

Executor::Executor(const Program& program, std::unordered_map<std::string, at::Tensor> weights)
    : outputs_(program.outputs) {
  std::vector<bool> known, folds;  // per slot: has a value before the next node; value never changes
  const auto mark = [&](int slot, bool constant) {
    known.resize(constants_.size(), false);
    folds.resize(constants_.size(), false);
    known[static_cast<size_t>(slot)] = true;
    folds[static_cast<size_t>(slot)] = constant;
  };
  for (const NamedTensor& t : program.tensors) {
    const auto weight = weights.find(t.name);
    const int slot = Slot(t.name);
    const bool constant = weight == weights.end();
    constants_[static_cast<size_t>(slot)] = constant ? TensorFromView(t.value) : weight->second;
    mark(slot, constant);
  }
  for (const Input& input : program.inputs) {
    if (slots_.count(input.name) != 0) continue;  // IR 3 and before list initializers as inputs, too
    if (input_slot_ >= 0) ThrowArgument("the graph has more than one data input: '" + input.name + "'");
    input_slot_ = Slot(input.name);
    mark(input_slot_, false);
  }
  if (input_slot_ < 0) ThrowArgument("the graph has no data input");

  RunContext fold_run;
  c10::AutoGradMode no_grad(false);
  for (size_t index = 0; index < program.nodes.size(); ++index) {
    const Node& node = program.nodes[index];
    NodeReader reader(node, program.opset);
    const bool standard = node.domain.empty() || node.domain == "ai.onnx";
    const OpEntry* entry = standard ? FindOp(node.op) : nullptr;
    if (entry == nullptr) reader.Unsupported("the engine has no such operator");
    Step step;
    step.kernel = entry->build(reader);
    if (node.op == "BatchNormalization") step.batch_norm = ReadBatchNorm(reader);
    reader.CheckAllRead();
    step.no_gradient = reader.no_gradient();
    step.amp = AmpRuleOf(node.op);
    step.op = node.op;
    step.label = Label(node, index);
    step.node_index = index;
    bool fold = entry->foldable;
    for (const std::string& name : node.inputs) {
      step.on_host.push_back(IsHostOperand(node.op, step.in.size()));
      if (name.empty()) {
        step.in.push_back(-1);
        continue;
      }
      const auto slot = slots_.find(name);
      if (slot == slots_.end() || !known[static_cast<size_t>(slot->second)]) {
        ThrowArgument("node '" + step.label + "' reads '" + name + "', which no earlier node gives");
      }
      step.in.push_back(slot->second);
      fold = fold && folds[static_cast<size_t>(slot->second)];
    }
    for (size_t i = 0; i < node.outputs.size(); ++i) {
      const bool given = entry->num_outputs < 0 || i < static_cast<size_t>(entry->num_outputs);
      step.out.push_back(given && !node.outputs[i].empty() ? Slot(node.outputs[i]) : -1);
    }
    if (fold) {
      const Values values = Call(step, constants_, fold_run);
      for (size_t i = 0; i < step.out.size(); ++i) {
        if (step.out[i] < 0) continue;
        constants_[static_cast<size_t>(step.out[i])] = values.at(i);
        mark(step.out[i], true);
      }
      ++folded_;
      continue;
    }
    for (int slot : step.out) {
      if (slot < 0) continue;
      mark(slot, false);
      producer_[static_cast<size_t>(slot)] = static_cast<int>(steps_.size());
    }
    steps_.push_back(std::move(step));
  }
  for (const std::string& name : outputs_) {
    if (slots_.count(name) == 0) ThrowArgument("the graph's output '" + name + "' is given by no node");
  }
}

std::optional<Executor::Blocker> Executor::GradientBlocker(const std::string& name) const {
  constexpr int kFree = -1, kUnreached = -2;  // else the step that blocks
  std::vector<int> state(constants_.size(), kUnreached);
  state[static_cast<size_t>(slots_.at(outputs_.at(0)))] = kFree;
  for (size_t s = steps_.size(); s-- > 0;) {
    int best = kUnreached;
    for (int slot : steps_[s].out) {
      if (slot < 0 || state[static_cast<size_t>(slot)] == kUnreached) continue;
      if (best != kFree) best = state[static_cast<size_t>(slot)];
    }
    if (best == kUnreached) continue;
    if (best == kFree && steps_[s].no_gradient) best = static_cast<int>(s);
    for (int slot : steps_[s].in) {
      if (slot >= 0 && state[static_cast<size_t>(slot)] != kFree) state[static_cast<size_t>(slot)] = best;
    }
  }
  const auto slot = slots_.find(name);
  const int found = slot == slots_.end() ? kUnreached : state[static_cast<size_t>(slot->second)];
  if (found < 0) return std::nullopt;
  return Blocker{steps_[static_cast<size_t>(found)].op, steps_[static_cast<size_t>(found)].label};
}

Values Executor::Operands(const Step& step, const std::vector<at::Tensor>& values) const {
  Values in;
  in.reserve(step.in.size());
  c10::Device device(c10::kCPU);
  const auto with_data = [&](size_t i) { return in[i].defined() && !(i < step.on_host.size() && step.on_host[i]); };
  for (size_t i = 0; i < step.in.size(); ++i) {
    const int slot = step.in[i];
    in.push_back(slot < 0 ? at::Tensor() : values[static_cast<size_t>(slot)]);
    if (device.is_cpu() && with_data(i)) device = in[i].device();
  }
  if (device.is_cpu()) return in;
  for (size_t i = 0; i < in.size(); ++i) {
    if (!with_data(i) || !in[i].is_cpu()) continue;
    const size_t slot = static_cast<size_t>(step.in[i]);
    if (!constants_[slot].defined()) {
      in[i] = in[i].to(device);
      continue;
    }
    moved_.resize(constants_.size());
    if (!moved_[slot].defined()) moved_[slot] = constants_[slot].to(device);
    in[i] = moved_[slot];
  }
  return in;
}

Values Executor::Call(const Step& step, const std::vector<at::Tensor>& values, RunContext& run) const {
  Values in = Operands(step, values);
  run.node_index = step.node_index;
  if (run.amp != at::ScalarType::Undefined) AmpCast(step.amp, run.amp, in);
  std::string detail;
  try {
    return step.kernel(in, run);
  } catch (const c10::Error& error) {
    if (IsOutOfMemory(error)) throw;
    detail = error.what_without_backtrace();
  } catch (const EngineError& error) {
    // A lost process is no fault of the operator that waited for it.
    if (error.failure().code.rfind("E_DIST_", 0) == 0) throw;
    const auto& params = error.failure().params;
    const auto it = params.find("detail");
    detail = it == params.end() ? error.failure().code : it->second;
  }
  throw EngineError("E_OP_FAILED", {{"op", step.op}, {"node", step.label}, {"detail", detail}});
}

void Executor::RunSteps(const Plan& plan, size_t from, size_t to, std::vector<at::Tensor>& values,
                        RunContext& run) const {
  for (size_t i = from; i < to; ++i) {
    const Step& step = *plan.steps[i];
    Values out = Call(step, values, run);
    if (run.train && step.drop_rate > 0) out.at(0) = DropBranch(out.at(0), step.drop_rate, run);
    for (size_t k = 0; k < step.out.size(); ++k) {
      if (step.out[k] >= 0) values[static_cast<size_t>(step.out[k])] = std::move(out.at(k));
    }
    for (int slot : plan.release[i]) values[static_cast<size_t>(slot)].reset();
  }
}

void Executor::SetStochasticDepth(const std::map<std::string, double>& rates) {
  for (const auto& [name, rate] : rates) {
    const auto slot = slots_.find(name);
    const int producer = slot == slots_.end() ? -1 : producer_[static_cast<size_t>(slot->second)];
    if (producer < 0 || steps_[static_cast<size_t>(producer)].out.at(0) != slot->second)
      ThrowArgument("stochastic depth on '" + name + "', which is the first output of no node");
    if (!(rate >= 0 && rate < 1)) ThrowArgument("stochastic depth's rate must lie in [0, 1)");
    steps_[static_cast<size_t>(producer)].drop_rate = rate;
  }
  plans_.clear();
}

std::vector<at::Tensor> Executor::Run(const at::Tensor& input, const std::vector<std::string>& wanted,
                                      RunContext& run) {
  std::vector<int> slots;
  for (const std::string& name : wanted) {
    const auto it = slots_.find(name);
    if (it == slots_.end()) ThrowArgument("the graph has no value named '" + name + "'");
    slots.push_back(it->second);
  }
  const Plan& plan = PlanFor(slots);
  std::vector<at::Tensor> values = constants_;
  values[static_cast<size_t>(input_slot_)] = input;
  if (run.checkpoint && c10::GradMode::is_enabled()) {
    RunCheckpointed(plan, slots, values, run);
  } else {
    RunSteps(plan, 0, plan.steps.size(), values, run);
  }
  std::vector<at::Tensor> result;
  for (int slot : slots) result.push_back(values[static_cast<size_t>(slot)]);
  return result;
}

}  // namespace saker::autograd
