#include "autograd/ops/max_pool.h"

#include <torch/csrc/autograd/custom_function.h>

#include "autograd/kernels/max_pool.h"
#include "autograd/ops/pixels.h"

namespace saker::autograd {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

MaxPoolShape ShapeOf(const std::vector<int64_t>& v) {
  return {v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9], v[10], v[11], v[12], v[13]};
}

struct MaxPoolFunction : torch::autograd::Function<MaxPoolFunction> {
  static at::Tensor forward(AutogradContext* ctx, const at::Tensor& x, const std::vector<int64_t>& numbers) {
    const MaxPoolShape s = ShapeOf(numbers);
    const at::Tensor y = at::empty({s.n, s.channels, s.oh, s.ow}, x.options().memory_format(kLast));
    const at::Tensor winners = at::empty_like(y, y.options().dtype(at::kByte));
    MaxPoolForward(y.data_ptr<float>(), winners.data_ptr<uint8_t>(), x.data_ptr<float>(), s);
    ctx->save_for_backward({winners});
    ctx->saved_data["numbers"] = numbers;
    return y;
  }

  static variable_list backward(AutogradContext* ctx, variable_list outputs) {
    const MaxPoolShape s = ShapeOf(ctx->saved_data["numbers"].toIntVector());
    const at::Tensor winners = ctx->get_saved_variables()[0], dy = outputs[0].contiguous(kLast);
    const at::Tensor dx = at::empty({s.n, s.channels, s.ih, s.iw}, dy.options().memory_format(kLast));
    MaxPoolBackward(dx.data_ptr<float>(), dy.data_ptr<float>(), winners.data_ptr<uint8_t>(), s);
    return {dx, at::Tensor()};
  }
};

}  // namespace

at::Tensor MaxPool2d(const at::Tensor& x, const std::vector<Axis>& axes) {
  if (axes.size() != 2 || !IsPixels(x) || x.numel() == 0) return {};
  const Axis &h = axes[0], &w = axes[1];
  const std::vector<int64_t> numbers{x.size(0), h.in,     w.in,     x.size(1), h.out,   w.out,      h.kernel,
                                     w.kernel,  h.stride, w.stride, h.begin,   w.begin, h.dilation, w.dilation};
  if (!MaxPoolTakes(ShapeOf(numbers))) return {};
  return MaxPoolFunction::apply(x, numbers);
}

}  // namespace saker::autograd
