// Element-wise arithmetic with NumPy broadcasting (opset 7 and later).
#include "autograd/ops/node_reader.h"

namespace saker::autograd {
namespace {

template <at::Tensor (*F)(const at::Tensor&)>
Kernel Unary(NodeReader& node) {
  node.RequireInputs(1, 1);
  node.Ignore({"consumed_inputs"});
  return [](const Values& in, RunContext&) -> Values { return {F(in[0])}; };
}

// Piecewise constant: no gradient passes.
template <at::Tensor (*F)(const at::Tensor&)>
Kernel Stepped(NodeReader& node) {
  node.NoGradient();
  return Unary<F>(node);
}

void RefuseOldBroadcast(NodeReader& node) {
  if (node.opset() < 7 && node.Int("broadcast", 0) != 0) node.Unsupported("broadcast = 1 of opset 6 and before");
  node.Ignore({"consumed_inputs", "broadcast"});
}

template <at::Tensor (*F)(const at::Tensor&, const at::Tensor&)>
Kernel Binary(NodeReader& node) {
  node.RequireInputs(2, 2);
  RefuseOldBroadcast(node);
  return [](const Values& in, RunContext&) -> Values { return {F(in[0], in[1])}; };
}

// Folds two or more inputs pairwise; one input passes through.
template <at::Tensor (*F)(const at::Tensor&, const at::Tensor&)>
Kernel Variadic(NodeReader& node) {
  node.RequireInputs(1, 1u << 20);
  node.Ignore({"consumed_inputs"});
  return [](const Values& in, RunContext&) -> Values {
    at::Tensor out = in[0];
    for (size_t i = 1; i < in.size(); ++i) out = F(out, in[i]);
    return {out};
  };
}

Kernel Mean(NodeReader& node) {
  node.RequireInputs(1, 1u << 20);
  node.Ignore({"consumed_inputs"});
  return [](const Values& in, RunContext&) -> Values {
    at::Tensor out = in[0];
    for (size_t i = 1; i < in.size(); ++i) out = out + in[i];
    return {out / static_cast<double>(in.size())};
  };
}

at::Tensor AddT(const at::Tensor& a, const at::Tensor& b) { return at::add(a, b); }
at::Tensor SubT(const at::Tensor& a, const at::Tensor& b) { return at::sub(a, b); }
at::Tensor MulT(const at::Tensor& a, const at::Tensor& b) { return at::mul(a, b); }

at::Tensor DivT(const at::Tensor& a, const at::Tensor& b) {
  if (at::isIntegralType(a.scalar_type(), true)) return at::div(a, b, "trunc");
  return at::div(a, b);
}

// The result has the base's type, also for an exponent of another type.
at::Tensor PowT(const at::Tensor& a, const at::Tensor& b) {
  const at::Tensor exponent = b.numel() == 1 && b.dim() <= a.dim() ? b : b.to(a.scalar_type());
  if (exponent.numel() == 1 && !exponent.requires_grad()) {
    return at::pow(a, exponent.item()).to(a.scalar_type()).expand(at::infer_size(a.sizes(), b.sizes()));
  }
  return at::pow(a, exponent.to(a.device())).to(a.scalar_type());
}

at::Tensor MinT(const at::Tensor& a, const at::Tensor& b) { return at::minimum(a, b); }
at::Tensor MaxT(const at::Tensor& a, const at::Tensor& b) { return at::maximum(a, b); }
at::Tensor RoundT(const at::Tensor& a) { return at::round(a); }

Kernel Mod(NodeReader& node) {
  node.RequireInputs(2, 2);
  const bool fmod = node.Int("fmod", 0) != 0;
  return [fmod](const Values& in, RunContext&) -> Values {
    return {fmod ? at::fmod(in[0], in[1]) : at::remainder(in[0], in[1])};
  };
}

}  // namespace

const std::vector<OpEntry>& MathOps() {
  static const std::vector<OpEntry> ops = {
      {"Add", Binary<AddT>},
      {"Sub", Binary<SubT>},
      {"Mul", Binary<MulT>},
      {"Div", Binary<DivT>},
      {"Pow", Binary<PowT>},
      {"Mod", Mod},
      {"Min", Variadic<MinT>},
      {"Max", Variadic<MaxT>},
      {"Sum", Variadic<AddT>},
      {"Mean", Mean},
      {"Sqrt", Unary<at::sqrt>},
      {"Exp", Unary<at::exp>},
      {"Log", Unary<at::log>},
      {"Neg", Unary<at::neg>},
      {"Abs", Unary<at::abs>},
      {"Reciprocal", Unary<at::reciprocal>},
      {"Floor", Stepped<at::floor>},
      {"Ceil", Stepped<at::ceil>},
      {"Round", Stepped<RoundT>},
      {"Sign", Stepped<at::sign>},
      {"Sin", Unary<at::sin>},
      {"Cos", Unary<at::cos>},
      {"Tan", Unary<at::tan>},
      {"Asin", Unary<at::asin>},
      {"Acos", Unary<at::acos>},
      {"Atan", Unary<at::atan>},
      {"Sinh", Unary<at::sinh>},
      {"Cosh", Unary<at::cosh>},
      {"Asinh", Unary<at::asinh>},
      {"Acosh", Unary<at::acosh>},
      {"Atanh", Unary<at::atanh>},
      {"Erf", Unary<at::erf>},
  };
  return ops;
}

}  // namespace saker::autograd
