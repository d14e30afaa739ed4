// Optimizer: parameter groups, clipping, the state of every weight, and one rule of optim/ that updates them.
#ifndef SAKER_AUTOGRAD_OPTIMIZER_H_
#define SAKER_AUTOGRAD_OPTIMIZER_H_

#include <ATen/ATen.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "autograd/optim/rule.h"
#include "autograd/step.h"

namespace saker::autograd {

class Optimizer {
 public:
  struct Param {
    std::string name;
    at::Tensor tensor;
  };
  struct Group {
    std::vector<Param> params;
    double lr = 0, weight_decay = 0;
    bool clip_adaptive = true;
  };

  Optimizer(const OptimizerConfig& config, std::vector<Group> groups)
      : config_(config), rule_(RuleOf(config.type)), groups_(std::move(groups)) {}

  // Global L2 norm of all gradients of all groups.
  double GradNorm() const;
  // Clips as `options` say; `norm` is GradNorm()'s value.
  void Clip(double norm, const StepOptions& options);
  // One update; parameters without a gradient are left alone. `lrs` overrides the groups' rates when given,
  // and then has one entry per group.
  void Step(const std::vector<double>& lrs);

  size_t num_groups() const { return groups_.size(); }
  // The greatest of the groups' own rates.
  double max_lr() const {
    double out = 0;
    for (const Group& group : groups_) out = group.lr > out ? group.lr : out;
    return out;
  }
  // "<param>/<tensor of the rule>" and "<param>/step" (one element) of every weight that was updated.
  std::map<std::string, at::Tensor> State() const;
  // Replaces the state; E_ENGINE_ARGUMENT for unknown names, other shapes, or a weight whose state misses a part.
  void LoadState(const std::map<std::string, at::Tensor>& state);

 private:
  template <class F>
  void ForGradients(F&& visit) const {
    for (const Group& group : groups_) {
      for (const Param& p : group.params) {
        if (p.tensor.grad().defined()) visit(group, p);
      }
    }
  }

  OptimizerConfig config_;
  const UpdateRule& rule_;
  std::vector<Group> groups_;
  std::map<std::string, UpdateState> states_;
};

}  // namespace saker::autograd

#endif  // SAKER_AUTOGRAD_OPTIMIZER_H_
