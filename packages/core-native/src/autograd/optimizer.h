// SGD and AdamW with parameter groups; arithmetic as torch.optim's single-tensor path.
// Sources: Sutskever et al. 2013 (momentum, Nesterov, in PyTorch's form: the rate multiplies the buffer),
// Loshchilov & Hutter 2019 (decoupled weight decay).
#ifndef SAKER_AUTOGRAD_OPTIMIZER_H_
#define SAKER_AUTOGRAD_OPTIMIZER_H_

#include <ATen/ATen.h>

#include <map>
#include <string>
#include <vector>

#include "autograd/model.h"

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
  };

  Optimizer(const OptimizerConfig& config, std::vector<Group> groups)
      : config_(config), groups_(std::move(groups)) {}

  // Clears every parameter's gradient.
  void ZeroGrad();
  // Global L2 norm of all gradients of all groups.
  double GradNorm() const;
  // Scales gradients so that their global norm is at most `max_norm`; `norm` is GradNorm()'s value.
  void Clip(double norm, double max_norm);
  // One update; parameters without a gradient are left alone. `lrs` overrides the groups' rates when given,
  // and then has one entry per group.
  void Step(const std::vector<double>& lrs);

  size_t num_groups() const { return groups_.size(); }
  // "<param>/momentum", "<param>/exp_avg", "<param>/exp_avg_sq" and "<param>/step" (one element).
  std::map<std::string, at::Tensor> State() const;
  // Replaces the state; E_ENGINE_ARGUMENT for unknown names or other shapes.
  void LoadState(const std::map<std::string, at::Tensor>& state);

 private:
  struct Slot {
    at::Tensor momentum, exp_avg, exp_avg_sq;
    int64_t step = 0;
  };
  void StepSgd(const at::Tensor& p, const at::Tensor& grad, Slot& slot, double lr, double weight_decay) const;
  void StepAdamW(const at::Tensor& p, const at::Tensor& grad, Slot& slot, double lr, double weight_decay) const;

  OptimizerConfig config_;
  std::vector<Group> groups_;
  std::map<std::string, Slot> slots_;
};

}  // namespace saker::autograd

#endif  // SAKER_AUTOGRAD_OPTIMIZER_H_
