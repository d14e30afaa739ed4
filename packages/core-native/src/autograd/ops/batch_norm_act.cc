#include "autograd/ops/batch_norm_act.h"

#include <torch/csrc/autograd/custom_function.h>

#include <cmath>

#include "autograd/dist/sync_batch_norm.h"
#include "autograd/ops/pixels.h"

namespace saker::autograd {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

bool IsVector(const at::Tensor& t, int64_t channels) {
  return t.defined() && t.dim() == 1 && t.size(0) == channels && t.scalar_type() == at::kFloat && t.is_contiguous();
}

BatchNormShape ShapeOf(const at::Tensor& x) { return {x.numel() / x.size(1), x.size(1)}; }

// The rows of `packed` [4, channels] that the forward pass leaves for the backward pass.
enum PackedRow { kMean, kScale, kBias, kInverse };

BatchNormFactors FactorsOf(const at::Tensor& packed) {
  const float* at = packed.data_ptr<float>();
  const int64_t channels = packed.size(1);
  return {at + kMean * channels, at + kScale * channels, at + kBias * channels};
}

struct BatchNormActFunction : torch::autograd::Function<BatchNormActFunction> {
  // `operands` are x, weight, bias and, when there is one, the residual.
  static at::Tensor forward(AutogradContext* ctx, at::TensorList operands, at::Tensor next_mean, at::Tensor next_var,
                            double share, double eps, int64_t activation, double lo, double hi) {
    const at::Tensor &x = operands[0], &weight = operands[1], &bias = operands[2];
    const bool add = operands.size() > 3;
    const at::Tensor residual = add ? operands[3] : at::Tensor();
    const BatchNormShape shape = ShapeOf(x);
    const size_t C = static_cast<size_t>(shape.channels);
    std::vector<double> mean(C), m2(C);
    BatchNormStatistics(mean.data(), m2.data(), x.data_ptr<float>(), shape);
    const at::Tensor packed = at::empty({4, shape.channels}, x.options().memory_format(at::MemoryFormat::Contiguous));
    float* rows = packed.data_ptr<float>();
    const float *w = weight.data_ptr<float>(), *b = bias.data_ptr<float>();
    float *running_mean = next_mean.data_ptr<float>(), *running_var = next_var.data_ptr<float>();
    const double n = static_cast<double>(shape.rows);
    for (size_t c = 0; c < C; ++c) {
      const double inverse = 1 / std::sqrt(m2[c] / n + eps);
      rows[kMean * C + c] = static_cast<float>(mean[c]);
      rows[kScale * C + c] = static_cast<float>(static_cast<double>(w[c]) * inverse);
      rows[kBias * C + c] = b[c];
      rows[kInverse * C + c] = static_cast<float>(inverse);
      running_mean[c] = static_cast<float>((1 - share) * static_cast<double>(running_mean[c]) + share * mean[c]);
      running_var[c] =
          static_cast<float>((1 - share) * static_cast<double>(running_var[c]) + share * (m2[c] / (n - 1)));
    }
    const BatchNormEpilogue epilogue{static_cast<Activation>(activation), static_cast<float>(lo),
                                     static_cast<float>(hi)};
    const at::Tensor y = at::empty_like(x);
    BatchNormForward(y.data_ptr<float>(), x.data_ptr<float>(), add ? residual.data_ptr<float>() : nullptr, shape,
                     FactorsOf(packed), epilogue);
    const bool keep_y = add && epilogue.activation != Activation::kNone;
    ctx->save_for_backward({x, packed, keep_y ? y : at::Tensor()});
    ctx->saved_data["activation"] = activation;
    ctx->saved_data["lo"] = lo;
    ctx->saved_data["hi"] = hi;
    ctx->saved_data["add"] = add;
    ctx->saved_data["dx"] = x.requires_grad();
    return y;
  }

  // Ioffe and Szegedy 2015, section 3, behind the activation's mask.
  static variable_list backward(AutogradContext* ctx, variable_list outputs) {
    const auto saved = ctx->get_saved_variables();
    const at::Tensor &x = saved[0], &packed = saved[1], &y = saved[2];
    const BatchNormEpilogue epilogue{static_cast<Activation>(ctx->saved_data["activation"].toInt()),
                                     static_cast<float>(ctx->saved_data["lo"].toDouble()),
                                     static_cast<float>(ctx->saved_data["hi"].toDouble())};
    const bool add = ctx->saved_data["add"].toBool();
    const at::Tensor dy = outputs[0].contiguous(kLast);
    const BatchNormShape shape = ShapeOf(x);
    const BatchNormFactors factors = FactorsOf(packed);
    const size_t C = static_cast<size_t>(shape.channels);
    std::vector<double> sum_g(C), sum_gx(C);
    const bool masked = epilogue.activation != Activation::kNone;
    // The other branch's gradient is the masked one, which then need not be made again.
    const at::Tensor g = add && masked ? at::empty_like(x) : dy;
    BatchNormBackwardSums(sum_g.data(), sum_gx.data(), add && masked ? g.data_ptr<float>() : nullptr,
                          dy.data_ptr<float>(), x.data_ptr<float>(), y.defined() ? y.data_ptr<float>() : nullptr, shape,
                          factors, epilogue);
    const auto options = packed.options();
    const at::Tensor d_weight = at::empty({shape.channels}, options), d_bias = at::empty({shape.channels}, options);
    float *dw = d_weight.data_ptr<float>(), *db = d_bias.data_ptr<float>();
    std::vector<float> shift(C), slope(C);
    const float* inverse = packed.data_ptr<float>() + kInverse * C;
    const double n = static_cast<double>(shape.rows);
    for (size_t c = 0; c < C; ++c) {
      const double s = static_cast<double>(inverse[c]);
      db[c] = static_cast<float>(sum_g[c]);
      dw[c] = static_cast<float>(sum_gx[c] * s);
      shift[c] = static_cast<float>(sum_g[c] / n);
      slope[c] = static_cast<float>(sum_gx[c] * s * s / n);
    }
    at::Tensor dx;
    if (ctx->saved_data["dx"].toBool()) {
      dx = at::empty_like(x);
      BatchNormBackward(dx.data_ptr<float>(), g.data_ptr<float>(), x.data_ptr<float>(), shape, factors, shift.data(),
                        slope.data(), masked && !add, epilogue);
    }
    variable_list gradients{dx, d_weight, d_bias};
    if (add) gradients.push_back(g);
    gradients.resize(gradients.size() + 7);  // of the arguments that are no operands
    return gradients;
  }
};

}  // namespace

BatchNormAttributes ReadBatchNorm(NodeReader& node) {
  return {node.Float("epsilon", 1e-5), 1 - node.Float("momentum", 0.9)};
}

bool TakesBatchNormAct(const Values& in, const at::Tensor& residual, const RunContext& run) {
  if (!run.train || !in[1].requires_grad() || SharedStatistics::Group() != nullptr) return false;
  const at::Tensor& x = in[0];
  if (!IsPixels(x) || x.numel() == 0 || x.numel() / x.size(1) < 2) return false;
  for (size_t i = 1; i < 5; ++i) {
    if (!IsVector(in[i], x.size(1))) return false;
  }
  return !residual.defined() || (IsPixels(residual) && residual.sizes() == x.sizes());
}

at::Tensor BatchNormAct(const Values& in, const at::Tensor& residual, const BatchNormAttributes& attributes,
                        const BatchNormEpilogue& epilogue, RunContext& run) {
  const at::Tensor mean = in[3].clone(), var = in[4].clone();
  const double share = run.statistics_weight < 0 ? attributes.momentum : run.statistics_weight;
  variable_list operands{in[0], in[1], in[2]};
  if (residual.defined()) operands.push_back(residual);
  const at::Tensor y = BatchNormActFunction::apply(
      at::TensorList(operands), mean, var, share, attributes.eps, static_cast<int64_t>(epilogue.activation),
      static_cast<double>(epilogue.lo), static_cast<double>(epilogue.hi));
  run.pending_buffers.emplace_back(in[3], mean);
  run.pending_buffers.emplace_back(in[4], var);
  return y;
}

}  // namespace saker::autograd
