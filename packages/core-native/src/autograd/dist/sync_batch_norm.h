// BatchNormalization in train mode over the batches of all processes (torch.nn.SyncBatchNorm).
#pragma once

#include <ATen/core/Tensor.h>

#include "autograd/dist/process_group.h"

namespace saker::autograd {

// Normalises x [n,C,...] by mean and variance of the channels over all ranks, n * ... values each, then scales and shifts.
// `mean` and `var` are moved by `momentum` towards the batch's mean and unbiased variance, the same on every rank. A rank
// whose items do not count (SharedStatistics) adds nothing to them. One message forward, one backward; gradients of weight and bias are this rank's share.
at::Tensor SyncBatchNorm(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, at::Tensor mean,
                         at::Tensor var, double momentum, double eps, ProcessGroup* group);

// While it lives, BatchNormalization nodes in train mode that this thread runs share their statistics in `group`; null: they
// do not. With `counts` false, the items take part in the messages with a weight of nothing.
class SharedStatistics {
 public:
  explicit SharedStatistics(ProcessGroup* group, bool counts = true);
  ~SharedStatistics();
  SharedStatistics(const SharedStatistics&) = delete;
  SharedStatistics& operator=(const SharedStatistics&) = delete;
  static ProcessGroup* Group();
  static bool Counts();

 private:
  ProcessGroup* before_;
  bool counted_before_;
};

}  // namespace saker::autograd
