// Which steps a run needs, when values may go, and which steps run as one.
#include "autograd/executor.h"

#include <algorithm>
#include <limits>

namespace saker::autograd {
namespace {

size_t At(int i) { return static_cast<size_t>(i); }

}  // namespace

// BatchNormalization, then Add when nobody else reads the norm's result, then Relu or Clip with constant bounds when nobody
// else reads that. Clip behind an Add stays apart: its result does not tell where gradients pass.
Executor::Chain Executor::ChainFrom(int norm, const std::vector<int>& only_reader,
                                    const std::vector<bool>& taken) const {
  Chain chain;
  chain.norm = norm;
  int last = norm;
  // The step that alone reads what `last` gives, and may be joined with it.
  const auto next = [&]() -> int {
    const Step& step = steps_[At(last)];
    const int reader = step.drop_rate > 0 ? -1 : only_reader[At(step.out.at(0))];
    return reader < 0 || taken[At(reader)] ? -1 : reader;
  };
  int reader = next();
  if (reader >= 0 && steps_[At(reader)].op == "Add" && steps_[At(reader)].in[0] != steps_[At(reader)].in[1]) {
    last = chain.add = reader;
    reader = next();
  }
  if (reader < 0) return chain;
  const Step& act = steps_[At(reader)];
  const auto bound = [&](size_t i, float absent) -> std::optional<float> {
    if (i >= act.in.size() || act.in[i] < 0) return absent;
    const at::Tensor& value = constants_[At(act.in[i])];
    if (producer_[At(act.in[i])] >= 0 || !value.defined() || value.numel() != 1 || value.requires_grad()) return {};
    return static_cast<float>(value.item<double>());
  };
  if (act.op == "Relu") {
    chain.act = reader;
    chain.epilogue.activation = Activation::kRelu;
  } else if (act.op == "Clip" && act.in.size() > 1 && act.in[0] == steps_[At(last)].out.at(0) && chain.add < 0) {
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    const auto lo = bound(1, -kInfinity), hi = bound(2, kInfinity);
    if (!lo || !hi || !(*lo <= *hi)) return chain;
    chain.act = reader;
    chain.epilogue = {Activation::kClip, *lo, *hi};
  }
  return chain;
}

// One step in place of the chain's. Operands that the joined kernel does not take go through the chain's own kernels.
Executor::Step Executor::Join(const Chain& chain) const {
  const Step& norm = steps_[At(chain.norm)];
  const Step& last = steps_[At(chain.act >= 0 ? chain.act : chain.add)];
  Step joined = norm;
  joined.out = last.out;
  joined.drop_rate = last.drop_rate;
  std::vector<Kernel> after;
  bool norm_first = true;
  if (chain.add >= 0) {
    const Step& add = steps_[At(chain.add)];
    norm_first = add.in[0] == norm.out[0];
    joined.in.push_back(add.in[norm_first ? 1 : 0]);
    after.push_back(add.kernel);
  }
  Values bounds;
  if (chain.act >= 0) {
    const Step& act = steps_[At(chain.act)];
    for (size_t i = 1; i < act.in.size(); ++i) bounds.push_back(act.in[i] < 0 ? at::Tensor() : constants_[At(act.in[i])]);
    after.push_back(act.kernel);
  }
  const size_t drop_node = last.node_index;
  joined.kernel = [norm_kernel = norm.kernel, attributes = *norm.batch_norm, after, norm_first, bounds, drop_node,
                   add = chain.add >= 0, epilogue = chain.epilogue](const Values& in, RunContext& run) -> Values {
    Values operands(in.begin(), in.begin() + 5);
    const at::Tensor residual = add ? in.at(5) : at::Tensor();
    at::Tensor y;
    if (TakesBatchNormAct(operands, residual, run)) {
      y = BatchNormAct(operands, residual, attributes, epilogue, run);
    } else {
      y = norm_kernel(operands, run).at(0);
      if (add) y = after.front()(norm_first ? Values{y, residual} : Values{residual, y}, run).at(0);
      if (after.size() > (add ? 1u : 0u)) {
        Values with{y};
        with.insert(with.end(), bounds.begin(), bounds.end());
        y = after.back()(with, run).at(0);
      }
    }
    run.node_index = drop_node;  // stochastic depth behind the chain draws for its last node
    return {y};
  };
  return joined;
}

const Executor::Plan& Executor::PlanFor(const std::vector<int>& wanted) {
  auto found = plans_.find(wanted);
  if (found != plans_.end()) return found->second;
  std::vector<bool> needed(steps_.size(), false), kept(constants_.size(), false);
  for (int slot : wanted) {
    kept[At(slot)] = true;
    if (producer_[At(slot)] >= 0) needed[At(producer_[At(slot)])] = true;
  }
  std::vector<int> only_reader(constants_.size(), -1), readers(constants_.size(), 0);
  for (size_t s = steps_.size(); s-- > 0;) {
    if (!needed[s]) continue;
    for (int slot : steps_[s].in) {
      if (slot < 0) continue;
      only_reader[At(slot)] = ++readers[At(slot)] == 1 ? static_cast<int>(s) : -1;
      if (producer_[At(slot)] >= 0) needed[At(producer_[At(slot)])] = true;
    }
  }
  for (int slot : wanted) only_reader[At(slot)] = -1;

  Plan plan;
  // The chains run where their last step stood: only there are all operands known to be ready.
  std::vector<bool> taken(steps_.size(), false);
  std::vector<const Step*> instead(steps_.size(), nullptr);
  for (size_t s = 0; s < steps_.size(); ++s) {
    if (!needed[s] || !steps_[s].batch_norm) continue;
    const Chain chain = ChainFrom(static_cast<int>(s), only_reader, taken);
    if (chain.add < 0 && chain.act < 0) continue;
    for (int part : {chain.norm, chain.add, chain.act}) {
      if (part >= 0) taken[At(part)] = true;
    }
    plan.joined.push_back(Join(chain));
    instead[At(chain.act >= 0 ? chain.act : chain.add)] = &plan.joined.back();
  }
  std::vector<int> last_use(constants_.size(), -1);
  for (size_t s = 0; s < steps_.size(); ++s) {
    if (!needed[s] || (taken[s] && instead[s] == nullptr)) continue;
    const Step* step = taken[s] ? instead[s] : &steps_[s];
    for (const auto* slots : {&step->in, &step->out}) {  // an output that nobody reads goes at once
      for (int slot : *slots) {
        if (slot >= 0) last_use[At(slot)] = static_cast<int>(plan.steps.size());
      }
    }
    plan.steps.push_back(step);
  }
  plan.release.resize(plan.steps.size());
  for (size_t slot = 0; slot < last_use.size(); ++slot) {
    const bool computed = producer_[slot] >= 0 || static_cast<int>(slot) == input_slot_;
    if (computed && !kept[slot] && last_use[slot] >= 0) plan.release[At(last_use[slot])].push_back(static_cast<int>(slot));
  }
  return plans_.emplace(wanted, std::move(plan)).first->second;
}

}  // namespace saker::autograd
