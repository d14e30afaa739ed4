#include "autograd/executor.h"

#include <gtest/gtest.h>

#include <cmath>
#include <deque>

#include "autograd/error.h"

namespace saker::autograd {
namespace {

// Owns the bytes that a Program's views borrow.
struct Graph {
  Program program;
  std::deque<std::vector<double>> store;

  Graph(std::vector<int64_t> input, std::vector<Node> nodes) {
    program.opset = 17;
    program.inputs = {{"x", std::move(input), "f64"}};
    program.nodes = std::move(nodes);
    program.outputs = {program.nodes.back().outputs[0]};
  }
  Graph& Tensor(const std::string& name, std::vector<int64_t> dims, std::vector<double> values) {
    store.push_back(std::move(values));
    const auto& v = store.back();
    program.tensors.push_back({name, {"f64", std::move(dims), reinterpret_cast<const uint8_t*>(v.data()), v.size() * 8}});
    return *this;
  }
};

Attr Number(double v) { return {Attr::Kind::kNumber, {v}, {}, {}}; }
Attr Numbers(std::vector<double> v) { return {Attr::Kind::kNumbers, std::move(v), {}, {}}; }
Node Op(std::string op, std::vector<std::string> inputs, std::map<std::string, Attr> attrs = {},
        std::string output = "y") {
  return {op, op, "", std::move(inputs), {std::move(output)}, std::move(attrs)};
}

std::vector<double> Wave(int64_t n, double phase = 0) {
  std::vector<double> v(static_cast<size_t>(n));
  for (size_t i = 0; i < v.size(); ++i) v[i] = std::sin(1.7 * static_cast<double>(i) + 0.3 + phase) * 1.5;
  return v;
}

at::Tensor WaveTensor(const std::vector<int64_t>& dims) {
  const at::Tensor shape = at::empty(dims, at::kDouble);
  const auto values = Wave(shape.numel());
  return at::tensor(at::ArrayRef<double>(values), at::kDouble).reshape(dims);
}

// d(sum(w * op(x)))/dx against central differences in double precision.
void CheckGradient(Graph& graph) {
  Executor executor(graph.program, {});
  RunContext run;
  const auto loss = [&](const at::Tensor& x) {
    const at::Tensor y = executor.Run(x, graph.program.outputs, run)[0];
    return (y * WaveTensor(y.sizes().vec())).sum();
  };
  at::Tensor x = WaveTensor(graph.program.inputs[0].dims).set_requires_grad(true);
  loss(x).backward();
  const at::Tensor analytic = x.grad().reshape({-1});
  const double h = 1e-5;
  at::Tensor base = x.detach().clone();
  double* p = base.data_ptr<double>();
  for (int64_t i = 0; i < base.numel(); ++i) {
    const double kept = p[i];
    p[i] = kept + h;
    const double up = loss(base).item<double>();
    p[i] = kept - h;
    const double down = loss(base).item<double>();
    p[i] = kept;
    // Truncation h^2 and rounding 1e-16/h both stay below 1e-8 for these functions; no wave value is at a kink.
    EXPECT_NEAR(analytic[i].item<double>(), (up - down) / (2 * h), 1e-7) << graph.program.nodes[0].op << " at " << i;
  }
}

TEST(ExecutorTest, GradientsEqualFiniteDifferences) {
  std::vector<Graph> graphs;
  graphs.push_back(Graph({1, 7, 2, 2}, {Op("LRN", {"x"}, {{"size", Number(4)}, {"alpha", Number(0.5)}})}));
  graphs.push_back(Graph({1, 2, 5, 5}, {Op("AveragePool", {"x"}, {{"kernel_shape", Numbers({3, 3})},
                                                                 {"strides", Numbers({2, 2})},
                                                                 {"pads", Numbers({0, 1, 1, 0})}})}));
  graphs.push_back(Graph({1, 2, 5, 5}, {Op("MaxPool", {"x"}, {{"kernel_shape", Numbers({3, 3})},
                                                             {"strides", Numbers({2, 2})},
                                                             {"pads", Numbers({0, 0, 1, 1})}})}));
  graphs.push_back(Graph({12}, {Op("HardSwish", {"x"})}));
  graphs.push_back(Graph({12}, {Op("Erf", {"x"})}));
  graphs.push_back(Graph({3, 4}, {Op("Softmax", {"x"}, {{"axis", Number(0)}})}));
  graphs.push_back(Graph({3, 4}, {Op("ReduceL2", {"x"}, {{"axes", Numbers({1})}})}));
  graphs.push_back(Graph({6, 4}, {Op("Slice", {"x", "s", "e"})}));
  graphs.back().Tensor("s", {2}, {1, 0}).Tensor("e", {2}, {5, -1});
  graphs.push_back(Graph({2, 3, 2, 2}, {Op("PRelu", {"x", "slope"})}));
  graphs.back().Tensor("slope", {3, 1, 1}, {0.1, 0.2, 0.3});
  graphs.push_back(Graph({1, 2, 5, 4}, {Op("Conv", {"x", "w"}, {{"pads", Numbers({0, 0, 1, 1})},
                                                               {"strides", Numbers({2, 1})}})}));
  graphs.back().Tensor("w", {3, 2, 3, 3}, Wave(54, 1));
  graphs.push_back(Graph({3, 4}, {Op("LayerNormalization", {"x", "scale"})}));
  graphs.back().Tensor("scale", {1}, {1.5});
  graphs.push_back(Graph({4, 3}, {Op("Gemm", {"x", "b", "c"}, {{"alpha", Number(0.5)}, {"beta", Number(2)},
                                                              {"transA", Number(1)}})}));
  graphs.back().Tensor("b", {4, 2}, Wave(8, 2)).Tensor("c", {2}, {1, 2});
  for (Graph& graph : graphs) CheckGradient(graph);
}

TEST(ExecutorTest, FoldsConstantsOnceAndKeepsAskedIntermediates) {
  Graph graph({3}, {Op("Exp", {"c"}, {}, "e"), Op("Add", {"x", "e"}, {}, "sum"), Op("Neg", {"sum"}, {}, "y")});
  graph.Tensor("c", {1}, {0});
  Executor executor(graph.program, {});
  EXPECT_EQ(executor.folded(), 1u);
  RunContext run;
  const auto values = executor.Run(at::zeros({3}, at::kDouble), {"y", "sum", "e"}, run);
  EXPECT_EQ(values[0].sum().item<double>(), -3);
  EXPECT_EQ(values[1].sum().item<double>(), 3);
  EXPECT_EQ(values[2].sum().item<double>(), 1);
}

TEST(ExecutorTest, RefusesGraphsThatReadUndefinedValues) {
  Graph graph({3}, {Op("Add", {"x", "ghost"})});
  EXPECT_THROW(Executor(graph.program, {}), EngineError);
  Graph later({3}, {Op("Neg", {"later"}), Op("Neg", {"x"}, {}, "later")});
  EXPECT_THROW(Executor(later.program, {}), EngineError);
}

TEST(RolesTest, ScalarsIntegersAndInputNormalisationAreNoWeights) {
  Program program;
  program.inputs = {{"x", {-1, 4}, "f32"}};
  const std::vector<float> zeros(16, 0.f);
  const auto add = [&](const char* name, std::vector<int64_t> dims, const char* dtype = "f32") {
    program.tensors.push_back({name, {dtype, std::move(dims), reinterpret_cast<const uint8_t*>(zeros.data()), 0}});
  };
  add("mean", {4}), add("w", {4, 4}), add("bias", {4}), add("eps", {1}), add("idx", {2}, "i64"), add("var", {4});
  program.nodes = {Op("Add", {"x", "mean"}, {}, "n"),          Op("Transpose", {"w"}, {}, "wt"),
                   Op("MatMul", {"n", "wt"}, {}, "m"),         Op("Add", {"m", "bias"}, {}, "a"),
                   Op("Mul", {"a", "eps"}, {}, "s"),           Op("Gather", {"s", "idx"}, {}, "g"),
                   Op("BatchNormalization", {"g", "bias", "bias", "var", "var"}, {}, "y")};
  auto roles = InitializerRoles(program);
  EXPECT_EQ(roles["mean"], Role::kConstant);
  EXPECT_EQ(roles["eps"], Role::kConstant);
  EXPECT_EQ(roles["idx"], Role::kConstant);
  EXPECT_EQ(roles["w"], Role::kWeight);
  EXPECT_EQ(roles["bias"], Role::kWeight);
  EXPECT_EQ(roles["var"], Role::kBuffer);
}

}  // namespace
}  // namespace saker::autograd
