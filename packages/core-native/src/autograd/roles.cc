#include <cstring>
#include <set>

#include "autograd/executor.h"

namespace saker::autograd {
namespace {

// Operators whose output is a weight where their first input is one.
const std::set<std::string>& Views() {
  static const std::set<std::string> ops = {
      "Identity", "Transpose", "Reshape", "Unsqueeze", "Squeeze", "Flatten",  // the same values
      "Clip", "Exp", "Log", "Sqrt", "Sigmoid", "Tanh", "Softplus", "Abs", "Neg", "Reciprocal"};
  return ops;
}

// Where Gather, Expand and Tile read weights; Slice and Split cut them.
const std::set<std::string>& TableReaders() {
  static const std::set<std::string> ops = {"Gather", "GatherElements", "GatherND", "Expand", "Tile", "Slice", "Split"};
  return ops;
}

// What surrounds one use of a tensor.
struct Use {
  const Node& node;
  size_t index;
  int64_t numel;
  size_t rank;
  bool beside_input;      // another operand is a graph input as it came
  bool beside_constants;  // all operands are initializers or views of them
};

Role RoleOfUse(const Use& use) {
  const std::string& op = use.node.op;
  const size_t i = use.index;
  if (op == "BatchNormalization") return i >= 3 ? Role::kBuffer : (i > 0 ? Role::kWeight : Role::kConstant);
  if (op == "Conv" || op == "ConvTranspose" || op == "Gemm" || op == "LayerNormalization" ||
      op == "InstanceNormalization" || op == "GroupNormalization" || op == "RMSNormalization" || op == "PRelu") {
    return i > 0 ? Role::kWeight : Role::kConstant;
  }
  if (op == "MatMul") {
    // Data that the network makes features of (Swin v2's table of coordinates), not a factor of a weight.
    const bool data = i == 0 && use.rank > 2 && use.beside_constants;
    return data ? Role::kConstant : Role::kWeight;
  }
  if (use.numel <= 1) return Role::kConstant;
  if (TableReaders().count(op) != 0 && i == 0) return Role::kWeight;
  const bool joins = op == "Add" || op == "Mul" || op == "Concat";
  return joins && !use.beside_input ? Role::kWeight : Role::kConstant;
}

// 0 or some value of at most -100 everywhere, both present: what attention adds to hide positions.
bool IsMask(const TensorView& view) {
  bool zero = false, low = false;
  for (size_t at = 0; at + sizeof(float) <= view.size_bytes; at += sizeof(float)) {
    float v;
    std::memcpy(&v, view.data + at, sizeof v);
    if (v == 0) zero = true;
    else if (v <= -100) low = true;
    else return false;
  }
  return zero && low;
}

struct Known {
  int64_t numel;
  size_t rank;
};

}  // namespace

std::unordered_map<std::string, Role> InitializerRoles(const Program& program) {
  std::unordered_map<std::string, Known> known;
  std::set<std::string> initializers;
  for (const NamedTensor& t : program.tensors) {
    initializers.insert(t.name);
    if (t.value.dtype != "f32" || IsMask(t.value)) continue;
    int64_t count = 1;
    for (int64_t d : t.value.dims) count *= d;
    known[t.name] = {count, t.value.dims.size()};
  }
  std::set<std::string> inputs;
  for (const Input& input : program.inputs) {
    if (initializers.count(input.name) == 0) inputs.insert(input.name);
  }
  // Sizes flow forward through views, roles flow backward.
  for (const Node& node : program.nodes) {
    if (Views().count(node.op) == 0 || node.inputs.empty() || node.outputs.empty()) continue;
    auto it = known.find(node.inputs[0]);
    if (it != known.end()) known[node.outputs[0]] = it->second;
  }
  std::unordered_map<std::string, Role> roles;
  const auto note = [&roles](const std::string& name, Role role) {
    Role& noted = roles[name];  // kConstant at first
    if (role != Role::kConstant && noted != Role::kWeight) noted = role;
  };
  for (auto node = program.nodes.rbegin(); node != program.nodes.rend(); ++node) {
    bool beside_input = false, beside_constants = true;
    for (const std::string& name : node->inputs) {
      beside_input = beside_input || inputs.count(name) != 0;
      beside_constants = beside_constants && known.count(name) != 0;
    }
    for (size_t i = 0; i < node->inputs.size(); ++i) {
      const auto found = known.find(node->inputs[i]);
      if (found == known.end()) continue;
      const bool view = Views().count(node->op) != 0 && i == 0 && !node->outputs.empty();
      const Use use{*node, i, found->second.numel, found->second.rank, beside_input, beside_constants};
      note(found->first, view ? roles[node->outputs[0]] : RoleOfUse(use));
    }
  }
  return roles;
}

}  // namespace saker::autograd
