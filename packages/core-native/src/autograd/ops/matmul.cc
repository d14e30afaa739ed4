// Matrix products.
#include "autograd/ops/node_reader.h"

namespace saker::autograd {
namespace {

Kernel MatMul(NodeReader& node) {
  node.RequireInputs(2, 2);
  return [](const Values& in, RunContext&) -> Values { return {at::matmul(in[0], in[1])}; };
}

Kernel Gemm(NodeReader& node) {
  node.RequireInputs(2, 3);
  const double alpha = node.Float("alpha", 1), beta = node.Float("beta", 1);
  const bool trans_a = node.Int("transA", 0) != 0, trans_b = node.Int("transB", 0) != 0;
  if (node.opset() < 7) node.Ignore({"broadcast"});
  return [=](const Values& in, RunContext&) -> Values {
    const at::Tensor a = trans_a ? in[0].t() : in[0];
    const at::Tensor b = trans_b ? in[1].t() : in[1];
    if (in.size() > 2 && in[2].defined()) return {at::addmm(in[2], a, b, beta, alpha)};
    const at::Tensor y = at::mm(a, b);
    return {alpha == 1 ? y : y * alpha};
  };
}

Kernel Einsum(NodeReader& node) {
  node.RequireInputs(1, 16);
  const std::string equation = node.String("equation", "");
  if (equation.empty()) node.Unsupported("equation is absent");
  return [equation](const Values& in, RunContext&) -> Values { return {at::einsum(equation, in)}; };
}

}  // namespace

const std::vector<OpEntry>& MatmulOps() {
  static const std::vector<OpEntry> ops = {{"MatMul", MatMul}, {"Gemm", Gemm}, {"Einsum", Einsum}};
  return ops;
}

}  // namespace saker::autograd
