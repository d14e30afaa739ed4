// Chains of BatchNormalization, Add and activation, joined in f32 channels-last, against ATen's operators in f64.
#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/function.h>

#include <string>
#include <vector>

#include "autograd/executor.h"

namespace saker::autograd {
namespace {

Node Op(std::string op, std::vector<std::string> inputs, std::string output) {
  return {op, op, "", std::move(inputs), {std::move(output)}, {}};
}

at::Tensor Wave(const std::vector<int64_t>& dims, double phase) {
  int64_t n = 1;
  for (int64_t d : dims) n *= d;
  const at::Tensor t = at::arange(n, at::kDouble);
  return (at::sin(t * 1.7 + phase) + 0.7 * at::cos(t * t * 0.013)).reshape(dims);
}

constexpr int64_t kChannels = 12;

// The values of one run and the gradients of sum(y * wave).
struct Outcome {
  std::vector<at::Tensor> values;
  std::string made_by;  // the autograd node behind y
};

Outcome RunChain(const std::vector<Node>& nodes, bool single, const std::vector<std::string>& wanted, bool train = true,
                 double drop = 0) {
  const auto type = single ? at::kFloat : at::kDouble;
  Program program;
  program.opset = 17;
  program.inputs = {{"x", {-1, kChannels, -1, -1}, single ? "f32" : "f64"}};
  program.nodes = nodes;
  program.outputs = {nodes.back().outputs[0]};
  std::unordered_map<std::string, at::Tensor> weights;
  const double lo = -0.5, hi = 0.5;
  const float lo_f = -0.5f, hi_f = 0.5f;
  const auto bound = [&](const char* name, const double& wide, const float& narrow) {
    const auto* data = single ? reinterpret_cast<const uint8_t*>(&narrow) : reinterpret_cast<const uint8_t*>(&wide);
    program.tensors.push_back({name, {single ? "f32" : "f64", {}, data, single ? 4u : 8u}});
  };
  bound("lo", lo, lo_f), bound("hi", hi, hi_f);
  const std::vector<std::string> names = {"w", "b", "mean", "var"};
  for (size_t i = 0; i < names.size(); ++i) {
    at::Tensor t = (Wave({kChannels}, static_cast<double>(i)) + (i % 3 == 0 ? 2 : 0)).to(type);
    if (i < 2) t.set_requires_grad(true);
    program.tensors.push_back({names[i], {single ? "f32" : "f64", {kChannels}, nullptr, 0}});
    weights.emplace(names[i], t);
  }
  Executor executor(program, weights);
  if (drop > 0) executor.SetStochasticDepth({{"n", drop}});
  at::Tensor x = Wave({3, kChannels, 9, 7}, 5).to(type);
  if (single) x = x.contiguous(at::MemoryFormat::ChannelsLast);
  x.set_requires_grad(true);
  RunContext run;
  run.train = train;
  Outcome out;
  out.values = executor.Run(x, wanted, run);
  const at::Tensor& y = out.values[0];
  if (y.grad_fn() != nullptr) out.made_by = y.grad_fn()->name();
  (y * Wave(y.sizes().vec(), 6).to(type)).sum().backward();
  for (const at::Tensor& t : {x, weights["w"], weights["b"]}) out.values.push_back(t.grad());
  for (const auto& [buffer, next] : run.pending_buffers) out.values.push_back(next);
  return out;
}

const Node kNorm = Op("BatchNormalization", {"x", "w", "b", "mean", "var"}, "n");

std::vector<std::vector<Node>> Chains() {
  return {
      {kNorm},
      {kNorm, Op("Relu", {"n"}, "y")},
      {kNorm, Op("Clip", {"n", "lo", "hi"}, "y")},
      {kNorm, Op("Clip", {"n", "", "hi"}, "y")},
      {kNorm, Op("Add", {"n", "x"}, "y")},
      {Op("Sin", {"x"}, "s"), kNorm, Op("Add", {"s", "n"}, "a"), Op("Relu", {"a"}, "y")},
      {kNorm, Op("Sin", {"x"}, "s"), Op("Add", {"n", "s"}, "a"), Op("Relu", {"a"}, "y")},
      {kNorm, Op("Add", {"n", "x"}, "a"), Op("Clip", {"a", "lo", "hi"}, "y")},
  };
}

TEST(ExecutorPlanTest, JoinedChainsEqualAtensOperators) {
  for (const auto& nodes : Chains()) {
    const std::string last = nodes.back().outputs[0];
    const Outcome ours = RunChain(nodes, true, {last}), theirs = RunChain(nodes, false, {last});
    ASSERT_EQ(ours.values.size(), theirs.values.size());
    for (size_t i = 0; i < ours.values.size(); ++i) {
      const at::Tensor want = theirs.values[i];
      // 3 * 63 values a channel; kinks are further from every value than f32 rounding.
      const double bound = 1e-5 * (1 + want.abs().max().item<double>());
      EXPECT_LT((ours.values[i].to(at::kDouble) - want).abs().max().item<double>(), bound)
          << nodes.back().op << " of " << nodes.size() << ", value " << i;
    }
  }
}

TEST(ExecutorPlanTest, AChainIsOneStepUnlessItsMiddleIsAskedFor) {
  const auto ours = [](const std::string& name) { return name.find("BatchNormAct") != std::string::npos; };
  for (const auto& nodes : Chains()) {
    if (nodes.size() == 1) continue;
    const std::string last = nodes.back().outputs[0];
    const bool apart = nodes.back().op == "Clip" && nodes.size() == 3;  // Clip behind Add
    EXPECT_EQ(ours(RunChain(nodes, true, {last}).made_by), !apart);
    const Outcome asked = RunChain(nodes, true, {last, "n"}), plain = RunChain(nodes, true, {last});
    EXPECT_FALSE(ours(asked.made_by));
    EXPECT_LT((asked.values[0] - plain.values[0]).abs().max().item<double>(), 1e-6);
    EXPECT_FALSE(ours(RunChain(nodes, true, {last}, /*train=*/false).made_by));
    EXPECT_FALSE(ours(RunChain(nodes, true, {last}, true, /*drop=*/0.5).made_by));
  }
}

TEST(ExecutorPlanTest, AValueReadTwiceStaysAValue) {
  const std::vector<Node> nodes = {kNorm, Op("Relu", {"n"}, "r"), Op("Mul", {"n", "r"}, "y")};
  const Outcome ours = RunChain(nodes, true, {"y"}), theirs = RunChain(nodes, false, {"y"});
  const at::Tensor want = theirs.values[0];
  EXPECT_LT((ours.values[0].to(at::kDouble) - want).abs().max().item<double>(), 1e-5 * want.abs().max().item<double>());
}

}  // namespace
}  // namespace saker::autograd
