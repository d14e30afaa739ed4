#include "autograd/ops/conv_winograd.h"

#include <torch/csrc/autograd/custom_function.h>

#include "autograd/kernels/winograd.h"
#include "autograd/ops/pixels.h"

namespace saker::autograd {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

WinogradShape ShapeOf(const at::Tensor& x, const at::Tensor& w, int64_t pad_h, int64_t pad_w) {
  return {x.size(0), x.size(2), x.size(3), x.size(1), w.size(0), pad_h, pad_w};
}

const float* BiasOf(const at::Tensor& bias) { return bias.defined() ? bias.data_ptr<float>() : nullptr; }

struct ConvWinogradFunction : torch::autograd::Function<ConvWinogradFunction> {
  // `operands` are x, w and, when there is one, the bias.
  static at::Tensor forward(AutogradContext* ctx, at::TensorList operands, int64_t pad_h, int64_t pad_w) {
    const at::Tensor &x = operands[0], &w = operands[1];
    const at::Tensor bias = operands.size() > 2 ? operands[2] : at::Tensor();
    const WinogradShape shape = ShapeOf(x, w, pad_h, pad_w);
    ctx->save_for_backward({x, w});
    ctx->saved_data["pad_h"] = pad_h;
    ctx->saved_data["pad_w"] = pad_w;
    ctx->saved_data["dx"] = x.requires_grad();
    ctx->saved_data["dw"] = w.requires_grad();
    ctx->saved_data["db"] = bias.defined() && bias.requires_grad();
    ctx->saved_data["bias"] = bias.defined();
    if (!WinogradPays(shape).forward) {
      return at::convolution(x, w, bias, {1, 1}, {pad_h, pad_w}, {1, 1}, false, {0, 0}, 1).contiguous(kLast);
    }
    const at::Tensor y = at::empty({shape.n, shape.oc, shape.oh(), shape.ow()}, x.options().memory_format(kLast));
    WinogradForward(y.data_ptr<float>(), x.data_ptr<float>(), w.data_ptr<float>(), BiasOf(bias), shape);
    return y;
  }

  static variable_list backward(AutogradContext* ctx, variable_list outputs) {
    const auto saved = ctx->get_saved_variables();
    const at::Tensor &x = saved[0], &w = saved[1];
    const int64_t pad_h = ctx->saved_data["pad_h"].toInt(), pad_w = ctx->saved_data["pad_w"].toInt();
    const WinogradShape shape = ShapeOf(x, w, pad_h, pad_w);
    const WinogradPasses pays = WinogradPays(shape);
    const bool want_x = ctx->saved_data["dx"].toBool(), want_w = ctx->saved_data["dw"].toBool();
    const at::Tensor dy = outputs[0].contiguous(kLast);
    at::Tensor dx, dw, db;
    if (want_x && pays.data) {
      dx = at::empty_like(x);
      WinogradBackwardData(dx.data_ptr<float>(), dy.data_ptr<float>(), w.data_ptr<float>(), shape);
    }
    if (want_w && pays.weights) {
      dw = at::empty_like(w);
      WinogradBackwardWeights(dw.data_ptr<float>(), dy.data_ptr<float>(), x.data_ptr<float>(), shape);
    }
    const bool rest_x = want_x && !dx.defined(), rest_w = want_w && !dw.defined();
    if (rest_x || rest_w) {
      const auto rest = at::convolution_backward(dy, x, w, at::OptionalIntArrayRef(), {1, 1}, {pad_h, pad_w}, {1, 1},
                                                 false, {0, 0}, 1, {rest_x, rest_w, false});
      if (rest_x) dx = std::get<0>(rest);
      if (rest_w) dw = std::get<1>(rest);
    }
    if (ctx->saved_data["db"].toBool()) db = dy.sum(at::IntArrayRef{0, 2, 3});
    variable_list gradients{dx, dw};
    if (ctx->saved_data["bias"].toBool()) gradients.push_back(db);
    gradients.resize(gradients.size() + 2);  // of the paddings
    return gradients;
  }
};

}  // namespace

at::Tensor ConvWinograd(const at::Tensor& x, const at::Tensor& w, const at::Tensor& bias, int64_t pad_h, int64_t pad_w) {
  if (!IsPixels(x) || !IsPixels(w) || w.size(2) != 3 || w.size(3) != 3 || w.size(1) != x.size(1)) return {};
  if (bias.defined() && (bias.scalar_type() != at::kFloat || !bias.is_contiguous() || bias.numel() != w.size(0))) return {};
  const WinogradPasses pays = WinogradPays(ShapeOf(x, w, pad_h, pad_w));
  if (!pays.forward && !pays.data && !pays.weights) return {};
  variable_list operands{x, w};
  if (bias.defined()) operands.push_back(bias);
  return ConvWinogradFunction::apply(at::TensorList(operands), pad_h, pad_w);
}

}  // namespace saker::autograd
