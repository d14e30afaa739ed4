// What a batch is measured against.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "autograd/batch_input.h"
#include "autograd/step.h"

namespace saker::autograd {

// `values`: class indices i64 [N], or soft targets f32 [N,K]. `keep`: the indices of the items that
// count, undefined when all do.
struct Targets {
  at::Tensor values, keep;
  int64_t count = 0;
};

// Throws EngineError E_ENGINE_ARGUMENT when there is not one label or row of targets an item.
Targets MakeTargets(const Labels& labels, int64_t batch);

// Mean cross-entropy of `logits` [M,K] against class indices [M] or soft targets [M,K], either
// smoothed to (1 - smoothing) target + smoothing / K (as torch and timm do); fills loss, count and
// hits of `out`. Throws EngineError E_ENGINE_ARGUMENT for a label outside 0..K-1, for rows of another
// width than K, and for a target that is negative or not finite.
at::Tensor CrossEntropy(const at::Tensor& logits, const at::Tensor& targets, double smoothing,
                        StepResult* out);

}  // namespace saker::autograd
