#include "autograd/host_operands.h"

#include <unordered_map>

namespace saker::autograd {

bool IsHostOperand(const std::string& op, size_t index) {
  // The first and the last of them.
  struct Range {
    size_t first, last;
  };
  static const std::unordered_map<std::string, Range> table = {
      {"Reshape", {1, 1}}, {"Expand", {1, 1}},          {"Tile", {1, 1}},         {"Squeeze", {1, 1}},
      {"Unsqueeze", {1, 1}}, {"Slice", {1, 4}},         {"Split", {1, 1}},        {"Pad", {1, 3}},
      {"Resize", {1, 3}},  {"Upsample", {1, 1}},        {"TopK", {1, 1}},         {"CumSum", {1, 1}},
      {"Trilu", {1, 1}},   {"OneHot", {1, 1}},          {"Clip", {1, 2}},         {"Dropout", {1, 2}},
      {"Range", {0, 2}},   {"ConstantOfShape", {0, 0}}, {"CastLike", {1, 1}},     {"Pow", {1, 1}},
      {"Gather", {1, 1}},  {"GatherElements", {1, 1}},  {"GatherND", {1, 1}},     {"ScatterND", {1, 1}},
      {"ScatterElements", {1, 1}}};
  if (op.rfind("Reduce", 0) == 0) return index == 1;
  const auto it = table.find(op);
  return it != table.end() && index >= it->second.first && index <= it->second.last;
}

}  // namespace saker::autograd
