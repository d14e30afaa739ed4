#include <set>

#include "autograd/executor.h"

namespace saker::autograd {
namespace {

const std::set<std::string>& Views() {
  static const std::set<std::string> ops = {"Identity", "Transpose", "Reshape", "Unsqueeze", "Squeeze", "Flatten"};
  return ops;
}

// How input `i` of `node` uses a tensor. `direct_data` tells that another input is a graph input as it came.
Role RoleOfUse(const Node& node, size_t i, int64_t numel, bool direct_data) {
  const std::string& op = node.op;
  if (op == "BatchNormalization") return i >= 3 ? Role::kBuffer : (i > 0 ? Role::kWeight : Role::kConstant);
  if (op == "Conv" || op == "Gemm" || op == "LayerNormalization" || op == "InstanceNormalization" ||
      op == "GroupNormalization" || op == "PRelu") {
    return i > 0 ? Role::kWeight : Role::kConstant;
  }
  if (op == "MatMul") return Role::kWeight;
  if (numel > 1 && (op == "Expand" || op == "Tile") && i == 0) return Role::kWeight;
  if (numel > 1 && !direct_data && (op == "Add" || op == "Mul" || op == "Concat")) return Role::kWeight;
  return Role::kConstant;
}

}  // namespace

std::unordered_map<std::string, Role> InitializerRoles(const Program& program) {
  std::unordered_map<std::string, int64_t> numel;
  for (const NamedTensor& t : program.tensors) {
    if (t.value.dtype != "f32") continue;
    int64_t count = 1;
    for (int64_t d : t.value.dims) count *= d;
    numel[t.name] = count;
  }
  std::set<std::string> inputs;
  for (const Input& input : program.inputs) {
    if (numel.count(input.name) == 0) inputs.insert(input.name);
  }
  // Element counts flow forward through views, roles flow backward.
  for (const Node& node : program.nodes) {
    if (Views().count(node.op) == 0 || node.inputs.empty() || node.outputs.empty()) continue;
    auto it = numel.find(node.inputs[0]);
    if (it != numel.end()) numel[node.outputs[0]] = it->second;
  }
  std::unordered_map<std::string, Role> roles;
  const auto note = [&roles](const std::string& name, Role role) {
    Role& known = roles[name];  // kConstant at first
    if (role != Role::kConstant && known != Role::kWeight) known = role;
  };
  for (auto node = program.nodes.rbegin(); node != program.nodes.rend(); ++node) {
    bool direct = false;
    for (const std::string& name : node->inputs) direct = direct || inputs.count(name) != 0;
    for (size_t i = 0; i < node->inputs.size(); ++i) {
      const auto count = numel.find(node->inputs[i]);
      if (count == numel.end()) continue;
      const bool view = Views().count(node->op) != 0 && i == 0 && !node->outputs.empty();
      note(count->first, view ? roles[node->outputs[0]] : RoleOfUse(*node, i, count->second, direct));
    }
  }
  return roles;
}

}  // namespace saker::autograd
