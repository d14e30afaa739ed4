// What a batch is measured against, and the losses. All of them are means, differentiable in `logits`.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "autograd/batch_input.h"
#include "autograd/loss/config.h"
#include "autograd/step.h"

namespace saker::autograd {

// `values`: class indices i64 [N], or soft targets f32 [N,K]. `keep`: the indices of the items that
// count, undefined when all do. Both on the CPU.
struct Targets {
  at::Tensor values, keep;
  int64_t count = 0;
};

// Throws EngineError E_ENGINE_ARGUMENT when there is not one label or row of targets an item.
Targets MakeTargets(const Labels& labels, int64_t batch);

// The loss of `config` on `logits` [M,K] against what MakeTargets gave, on the CPU, where it is checked; fills loss, count and hits of
// `out`. A hit: the greatest logit stands where the greatest target does; under sigmoids, every logit is
// on its target's side. Throws EngineError E_ENGINE_ARGUMENT for a label outside 0..K-1, rows of another width than K,
// a target out of range, and weights of another number than K.
at::Tensor TaskLoss(const LossConfig& config, const at::Tensor& logits, const at::Tensor& targets,
                    double smoothing, StepResult* out);

// Softmax losses: `targets` i64 [M] or f32 [M,K], `weights` [K] or undefined. Smoothed to
// (1 - smoothing) target + smoothing / K. Means are weighted as torch.nn.functional.cross_entropy does it: over the
// labels' weights for indices, over the items for soft targets.
at::Tensor CrossEntropy(const at::Tensor& logits, const at::Tensor& targets,
                        const at::Tensor& weights, double smoothing);
// Sum over classes of target (1 - p)^gamma (-log p) (Lin et al. 2017).
at::Tensor SoftmaxFocal(const at::Tensor& logits, const at::Tensor& targets,
                        const at::Tensor& weights, double smoothing, double gamma);

// Sigmoid losses: `targets` f32 [M,K] in [0,1], `weights` [K] of the positive terms or undefined; means over all M K
// values.
at::Tensor BinaryCrossEntropy(const at::Tensor& logits, const at::Tensor& targets,
                              const at::Tensor& weights);
// alpha_t (1 - p_t)^gamma (-log p_t) (Lin et al. 2017); alpha < 0 leaves alpha_t out.
at::Tensor SigmoidFocal(const at::Tensor& logits, const at::Tensor& targets,
                        const at::Tensor& weights, double gamma, double alpha);
// Ridnik et al. 2021: target (1 - p)^gamma_pos (-log p) + (1 - target) q^gamma_neg (-log (1 - q)), q = max(p - clip, 0).
at::Tensor Asymmetric(const at::Tensor& logits, const at::Tensor& targets, const at::Tensor& weights,
                      double gamma_pos, double gamma_neg, double clip);

// temperature^2 times the mean divergence of the student from the teacher at that temperature (Hinton et al. 2015):
// KL of the softmaxes, or, under sigmoids, the mean KL of the Bernoulli distributions of each class.
at::Tensor LogitDistillation(const at::Tensor& student, const at::Tensor& teacher, bool sigmoid,
                             double temperature);
// Similarity-preserving distillation (Tung and Mori 2019): mean squared difference of the row-normalised matrices of
// inner products within the batch. Takes features of any two shapes [M,...].
at::Tensor SimilarityDistillation(const at::Tensor& student, const at::Tensor& teacher);

}  // namespace saker::autograd
