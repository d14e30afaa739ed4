// What a batch is measured against.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "autograd/model.h"

namespace saker::autograd {

// Class indices i64 [N], and the indices of the items that count; `keep` is undefined when all do.
struct Targets {
  at::Tensor labels, keep;
  int64_t count = 0;
};

// Throws EngineError E_ENGINE_ARGUMENT when there is not one label an item.
Targets MakeTargets(const Labels& labels, int64_t batch);

// Mean cross-entropy of `logits` [M,K] against class indices [M]; fills loss, count and hits of
// `out`. Throws EngineError E_ENGINE_ARGUMENT for a label outside 0..K-1.
at::Tensor CrossEntropy(const at::Tensor& logits, const at::Tensor& labels, double smoothing,
                        StepResult* out);

}  // namespace saker::autograd
