#include "autograd/ssl/losses.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>

namespace saker::autograd {

at::Tensor NtXent(const at::Tensor& z, double temperature, int64_t* hits) {
  const int64_t rows = z.size(0), n = rows / 2;
  // torch.nn.functional.normalize
  const at::Tensor unit = z / z.norm(2, {1}, true).clamp_min(1e-12);
  const at::Tensor self = at::eye(rows, z.options().dtype(at::kBool));
  const at::Tensor similarity =
      (at::matmul(unit, unit.t()) / temperature).masked_fill(self, -std::numeric_limits<float>::infinity());
  const at::Tensor other = at::arange(rows, z.options().dtype(at::kLong)).roll({n}, {0});
  *hits = similarity.argmax(1).eq(other).sum().item<int64_t>();
  return -at::log_softmax(similarity, 1).gather(1, other.unsqueeze(1)).mean();
}

at::Tensor DinoLoss(const at::Tensor& student, const at::Tensor& teacher, const at::Tensor& center, int64_t views,
                    int64_t teacher_views, double student_temperature, double teacher_temperature, int64_t* hits) {
  const int64_t n = student.size(0) / views;
  const at::Tensor wanted = at::softmax((teacher.detach() - center) / teacher_temperature, 1);
  const at::Tensor told = at::log_softmax(student / student_temperature, 1);
  at::Tensor sum;
  int64_t pairs = 0;
  for (int64_t t = 0; t < teacher_views; ++t) {
    const at::Tensor target = wanted.narrow(0, t * n, n);
    for (int64_t v = 0; v < views; ++v) {
      if (v == t) continue;
      const at::Tensor term = -(target * told.narrow(0, v * n, n)).sum(1).mean();
      sum = sum.defined() ? sum + term : term;
      ++pairs;
    }
  }
  *hits = 0;
  if (teacher_views > 1) {
    for (int64_t t = 0; t < 2; ++t) {
      const at::Tensor picked = told.narrow(0, t * n, n).argmax(1);
      *hits += picked.eq(wanted.narrow(0, (1 - t) * n, n).argmax(1)).sum().item<int64_t>();
    }
  }
  return sum / static_cast<double>(std::max<int64_t>(1, pairs));
}

}  // namespace saker::autograd
