// Activations. Definitions: ONNX operator reference, ai.onnx; gradients are ATen's.
#include "autograd/ops/node_reader.h"

namespace saker::autograd {
namespace {

template <at::Tensor (*F)(const at::Tensor&)>
Kernel Unary(NodeReader& node) {
  node.RequireInputs(1, 1);
  node.Ignore({"consumed_inputs"});
  return [](const Values& in, RunContext&) -> Values { return {F(in[0])}; };
}

Kernel LeakyRelu(NodeReader& node) {
  node.RequireInputs(1, 1);
  const double alpha = node.Float("alpha", 0.01);
  return [alpha](const Values& in, RunContext&) -> Values { return {at::leaky_relu(in[0], alpha)}; };
}

Kernel PRelu(NodeReader& node) {
  node.RequireInputs(2, 2);
  return [](const Values& in, RunContext&) -> Values {
    return {at::where(in[0] < 0, in[0] * in[1], in[0])};
  };
}

std::optional<at::Scalar> Bound(const Values& in, size_t i) {
  if (i >= in.size() || !in[i].defined()) return std::nullopt;
  if (in[i].numel() != 1) ThrowArgument("a bound of Clip must be a scalar");
  return in[i].item();
}

Kernel Clip(NodeReader& node) {
  node.Ignore({"consumed_inputs"});
  if (node.opset() < 11) {
    node.RequireInputs(1, 1);
    const double lo = node.Float("min", -std::numeric_limits<float>::max());
    const double hi = node.Float("max", std::numeric_limits<float>::max());
    return [lo, hi](const Values& in, RunContext&) -> Values { return {at::clamp(in[0], lo, hi)}; };
  }
  node.RequireInputs(1, 3);
  return [](const Values& in, RunContext&) -> Values {
    const auto lo = Bound(in, 1), hi = Bound(in, 2);
    if (!lo && !hi) return {in[0]};
    if (lo && hi) return {at::clamp(in[0], *lo, *hi)};
    return {lo ? at::clamp_min(in[0], *lo) : at::clamp_max(in[0], *hi)};
  };
}

Kernel HardSigmoid(NodeReader& node) {
  node.RequireInputs(1, 1);
  const double alpha = node.Float("alpha", 0.2), beta = node.Float("beta", 0.5);
  return [alpha, beta](const Values& in, RunContext&) -> Values {
    return {at::clamp(in[0] * alpha + beta, 0, 1)};
  };
}

Kernel Gelu(NodeReader& node) {
  node.RequireInputs(1, 1);
  const std::string approximate = node.String("approximate", "none");
  if (approximate != "none" && approximate != "tanh") node.Unsupported("approximate = " + approximate);
  return [approximate](const Values& in, RunContext&) -> Values { return {at::gelu(in[0], approximate)}; };
}

Kernel Elu(NodeReader& node) {
  node.RequireInputs(1, 1);
  const double alpha = node.Float("alpha", 1.0);
  return [alpha](const Values& in, RunContext&) -> Values { return {at::elu(in[0], alpha)}; };
}

Kernel Selu(NodeReader& node) {
  node.RequireInputs(1, 1);
  const double alpha = node.Float("alpha", 1.67326319217681884765625);
  const double gamma = node.Float("gamma", 1.05070102214813232421875);
  return [alpha, gamma](const Values& in, RunContext&) -> Values { return {at::elu(in[0], alpha, gamma)}; };
}

Kernel Celu(NodeReader& node) {
  node.RequireInputs(1, 1);
  const double alpha = node.Float("alpha", 1.0);
  return [alpha](const Values& in, RunContext&) -> Values { return {at::celu(in[0], alpha)}; };
}

Kernel ThresholdedRelu(NodeReader& node) {
  node.RequireInputs(1, 1);
  const double alpha = node.Float("alpha", 1.0);
  return [alpha](const Values& in, RunContext&) -> Values { return {at::threshold(in[0], alpha, 0)}; };
}

// x * sigmoid(alpha x), Swish-24.
Kernel Swish(NodeReader& node) {
  node.RequireInputs(1, 1);
  const double alpha = node.Float("alpha", 1.0);
  return [alpha](const Values& in, RunContext&) -> Values {
    return {alpha == 1 ? at::silu(in[0]) : in[0] * at::sigmoid(in[0] * alpha)};
  };
}

// Before opset 13 the input is coerced to 2-D at `axis` and the whole tail is normalised.
template <at::Tensor (*F)(const at::Tensor&, int64_t)>
Kernel SoftmaxLike(NodeReader& node) {
  node.RequireInputs(1, 1);
  const bool coerce = node.opset() < 13;
  const int64_t axis = node.Int("axis", coerce ? 1 : -1);
  return [axis, coerce](const Values& in, RunContext&) -> Values {
    const at::Tensor& x = in[0];
    const int64_t at_axis = coerce && axis == x.dim() ? x.dim() : NormAxis(axis, x.dim());
    if (!coerce) return {F(x, at_axis)};
    int64_t head = 1;
    for (int64_t i = 0; i < at_axis; ++i) head *= x.size(i);
    return {F(x.reshape({head, head == 0 ? 0 : x.numel() / head}), 1).reshape(x.sizes())};
  };
}

at::Tensor SoftmaxT(const at::Tensor& x, int64_t axis) { return at::softmax(x, axis); }
at::Tensor LogSoftmaxT(const at::Tensor& x, int64_t axis) { return at::log_softmax(x, axis); }
at::Tensor Softplus(const at::Tensor& x) { return at::softplus(x); }
at::Tensor Softsign(const at::Tensor& x) { return x / (1 + x.abs()); }

}  // namespace

const std::vector<OpEntry>& ActivationOps() {
  static const std::vector<OpEntry> ops = {
      {"Relu", Unary<at::relu>},
      {"LeakyRelu", LeakyRelu},
      {"PRelu", PRelu},
      {"Clip", Clip},
      {"Sigmoid", Unary<at::sigmoid>},
      {"HardSigmoid", HardSigmoid},
      {"HardSwish", Unary<at::hardswish>},
      {"Tanh", Unary<at::tanh>},
      {"Gelu", Gelu},
      {"Elu", Elu},
      {"Selu", Selu},
      {"Celu", Celu},
      {"ThresholdedRelu", ThresholdedRelu},
      {"Swish", Swish},
      {"Mish", Unary<at::mish>},
      {"Softplus", Unary<Softplus>},
      {"Softsign", Unary<Softsign>},
      {"Softmax", SoftmaxLike<SoftmaxT>},
      {"LogSoftmax", SoftmaxLike<LogSoftmaxT>},
  };
  return ops;
}

}  // namespace saker::autograd
