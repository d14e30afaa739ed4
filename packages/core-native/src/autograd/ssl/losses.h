// Losses of self-supervised pretraining, differentiable in the first argument.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace saker::autograd {

// NT-Xent (Chen et al., SimCLR, ICML 2020, equation 1) of z [2n,D], of which rows i and n + i are two views of a picture:
// mean cross-entropy over the 2n rows of picking the other view among all other rows by cosine similarity over the
// temperature. `hits`: rows whose most similar row is the other view.
at::Tensor NtXent(const at::Tensor& z, double temperature, int64_t* hits);

// DINO's loss (Caron et al., ICCV 2021, algorithm 1) of student [V n,K] and teacher [G n,K] logits, views one after the
// other and the teacher's G first: mean cross-entropy over all pairs of a teacher's and another view of the student.
// The teacher's logits are centred by `center` [1,K] and sharpened by its temperature; no gradient goes there. `hits`: rows
// of the first two views whose student and teacher pick the same output.
at::Tensor DinoLoss(const at::Tensor& student, const at::Tensor& teacher, const at::Tensor& center, int64_t views,
                    int64_t teacher_views, double student_temperature, double teacher_temperature, int64_t* hits);

}  // namespace saker::autograd
