#include "autograd/optim/clip.h"

#include <numeric>
#include <vector>

namespace saker::autograd {
namespace {

at::Tensor UnitNorm(const at::Tensor& t) {
  if (t.dim() <= 1) return t.norm();
  std::vector<int64_t> axes(static_cast<size_t>(t.dim()) - 1);
  std::iota(axes.begin(), axes.end(), 1);
  return t.norm(2, axes, true);
}

}  // namespace

void ClipValue(const at::Tensor& grad, double limit) { grad.clamp_(-limit, limit); }

void ClipAdaptive(const at::Tensor& param, const at::Tensor& grad, double factor) {
  const at::Tensor most = UnitNorm(param.detach()).clamp_min(1e-3).mul_(factor);
  const at::Tensor norm = UnitNorm(grad).clamp_min(1e-6);
  grad.mul_(most.div(norm).clamp_max_(1));
}

}  // namespace saker::autograd
