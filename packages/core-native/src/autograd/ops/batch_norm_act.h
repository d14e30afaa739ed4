// BatchNormalization in train mode joined with the Add and the activation behind it: one node of the autograd graph and
// two passes over memory each way, where the separate operators take five to nine.
#pragma once

#include "autograd/kernels/batch_norm.h"
#include "autograd/ops/node_reader.h"

namespace saker::autograd {

// BatchNormalization's attributes; `momentum` weighs the new value, as ATen's does.
struct BatchNormAttributes {
  double eps = 1e-5, momentum = 0.1;
};
BatchNormAttributes ReadBatchNorm(NodeReader& node);

// Whether batch statistics are wanted and the joined kernels take these operands: f32 on the CPU, channels-last memory,
// statistics of this process alone. `in` is BatchNormalization's operands; `residual` may be undefined.
bool TakesBatchNormAct(const Values& in, const at::Tensor& residual, const RunContext& run);

// activation(batch_norm(x) + residual); the running statistics' next values go to run.pending_buffers. With Clip there
// may be no residual: its result does not tell where gradients pass. Deterministic for any number of threads.
at::Tensor BatchNormAct(const Values& in, const at::Tensor& residual, const BatchNormAttributes& attributes,
                        const BatchNormEpilogue& epilogue, RunContext& run);

}  // namespace saker::autograd
