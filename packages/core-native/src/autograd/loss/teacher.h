// A frozen network that a model learns from, run on the very pixels of the step.
#pragma once

#include <memory>
#include <string>

#include "autograd/executor.h"
#include "autograd/loss/config.h"
#include "autograd/program.h"

namespace saker::autograd {

class Teacher {
 public:
  // Resolves the graph; its tensors are copied to `device`. E_OP_UNSUPPORTED, E_ENGINE_ARGUMENT.
  Teacher(const Program& program, DistillConfig config, c10::Device device);

  // What the teacher says of `x` [N,C,H,W], the student's pixels: its logits for the student's `classes` (1 for two
  // classes of which one is told), and its features where the configuration wants them. Records no gradient.
  struct Answer {
    at::Tensor logits, features;
  };
  Answer Run(const at::Tensor& x, int64_t classes, bool sigmoid);

  const DistillConfig& config() const { return config_; }

 private:
  at::Tensor Pixels(const at::Tensor& x) const;

  DistillConfig config_;
  std::unique_ptr<Executor> executor_;
  at::Tensor scale_, bias_, classes_;
};

}  // namespace saker::autograd
