// Runs the graph: operators resolved once, constants folded once, values freed after their last use.
#ifndef SAKER_AUTOGRAD_EXECUTOR_H_
#define SAKER_AUTOGRAD_EXECUTOR_H_

#include <ATen/ATen.h>

#include <list>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "autograd/amp.h"
#include "autograd/ops/batch_norm_act.h"
#include "autograd/ops/node_reader.h"
#include "autograd/program.h"

namespace saker::autograd {

// What an initializer is for. Weights and buffers keep their identity; constants may be folded away.
enum class Role { kConstant, kWeight, kBuffer };

// The role of every initializer of `program`: f32 tensors that are parameter operands of Conv, Gemm, MatMul or
// a normalisation layer, and f32 operands of more than one element of Add, Mul, Expand and Concat (biases,
// layer scales, class tokens) and tables read by Gather, are weights; running statistics are buffers; scalars, integers,
// additive masks (0 or at most -100 everywhere) and normalisation constants applied straight to a graph input are
// constants. Seen through views and functions of one value.
std::unordered_map<std::string, Role> InitializerRoles(const Program& program);

// Weights and the input decide where a run happens: a node runs on the device of its data, and what shape arithmetic
// gives stays on the CPU.
class Executor {
 public:
  // Resolves `program`. E_OP_UNSUPPORTED, E_ENGINE_ARGUMENT for a malformed graph. `weights` holds the tensors of
  // weight and buffer initializers by name, in the memory that the optimiser updates in place.
  Executor(const Program& program, std::unordered_map<std::string, at::Tensor> weights);

  // Feeds `input` to the graph's single data input and returns the values named `wanted`. E_ENGINE_ARGUMENT for an
  // unknown name; E_OP_FAILED {node, op, detail} when an operator refuses its operands.
  std::vector<at::Tensor> Run(const at::Tensor& input, const std::vector<std::string>& wanted, RunContext& run);

  // The operator and node that keep the gradient of the first output from `name`, where every way from there to the
  // output passes such a node; empty when a way is free or there is none.
  struct Blocker {
    std::string op, label;
  };
  std::optional<Blocker> GradientBlocker(const std::string& name) const;

  // Stochastic depth (Huang et al. 2016): in train mode the value of each name is zeroed for a picture with probability
  // `rate` and scaled by 1 / (1 - rate) otherwise. E_ENGINE_ARGUMENT for a name that no node gives.
  void SetStochasticDepth(const std::map<std::string, double>& rates);

  const std::vector<std::string>& outputs() const { return outputs_; }
  size_t folded() const { return folded_; }

 private:
  struct Step {
    Kernel kernel;
    std::vector<int> in;   // slot, -1 = absent
    std::vector<int> out;  // slot, -1 = not wanted
    std::vector<bool> on_host;  // operands that stay on the host; those behind its end do not
    std::string op, label;
    size_t node_index = 0;
    bool no_gradient = false;
    AmpRule amp = AmpRule::kWidest;
    double drop_rate = 0;  // of stochastic depth, on the first output
    std::optional<BatchNormAttributes> batch_norm;
  };
  struct Plan {
    std::vector<const Step*> steps;
    std::vector<std::vector<int>> release;  // slots to drop after each step
    std::list<Step> joined;                 // the steps that this plan runs in place of several
  };

  int Slot(const std::string& name);
  // The steps that give `wanted`, chains of BatchNormalization, Add and activation joined (executor_plan.cc).
  const Plan& PlanFor(const std::vector<int>& wanted);
  // What a chain that starts with BatchNormalization may take along.
  struct Chain {
    int norm = -1, add = -1, act = -1;  // steps, -1 = none
    BatchNormEpilogue epilogue;
  };
  Chain ChainFrom(int norm, const std::vector<int>& only_reader, const std::vector<bool>& taken) const;
  Step Join(const Chain& chain) const;
  // Runs the plan's steps from `from` up to `to` on `values`.
  void RunSteps(const Plan& plan, size_t from, size_t to, std::vector<at::Tensor>& values, RunContext& run) const;
  // The same for the whole plan, in segments that keep only what crosses their borders (checkpoint.cc).
  void RunCheckpointed(const Plan& plan, const std::vector<int>& wanted, std::vector<at::Tensor>& values,
                       RunContext& run);
  std::vector<size_t> SegmentBorders(const Plan& plan) const;
  Values Call(const Step& step, const std::vector<at::Tensor>& values, RunContext& run) const;
  // The step's operands, those on the CPU moved to the device of those that are not. Constants are moved once.
  Values Operands(const Step& step, const std::vector<at::Tensor>& values) const;

  std::unordered_map<std::string, int> slots_;
  std::vector<at::Tensor> constants_;  // per slot; undefined = computed by a run
  mutable std::vector<at::Tensor> moved_;  // per slot: the constant on the device of its readers, once it was read there
  std::vector<Step> steps_;
  std::vector<int> producer_;  // per slot: index into steps_, -1 = constant or input
  std::map<std::vector<int>, Plan> plans_;
  std::vector<std::string> outputs_;
  int input_slot_ = -1;
  size_t folded_ = 0;
};

}  // namespace saker::autograd

#endif  // SAKER_AUTOGRAD_EXECUTOR_H_
