#include "autograd/ops/node_reader.h"

#include <cstring>
#include <unordered_map>

namespace saker::autograd {
namespace {

std::string Describe(const Node& node) {
  if (!node.name.empty()) return node.name;
  return node.outputs.empty() ? "(unnamed)" : "the one that gives '" + node.outputs[0] + "'";
}

}  // namespace

void NodeReader::Unsupported(const std::string& detail) const {
  throw EngineError("E_OP_UNSUPPORTED", {{"op", node_.op},
                                         {"domain", node_.domain.empty() ? "ai.onnx" : node_.domain},
                                         {"node", Describe(node_)},
                                         {"detail", detail}});
}

const Attr* NodeReader::Find(const std::string& name) {
  read_.insert(name);
  auto it = node_.attrs.find(name);
  return it == node_.attrs.end() ? nullptr : &it->second;
}

bool NodeReader::Has(const std::string& name) { return Find(name) != nullptr; }

double NodeReader::Float(const std::string& name, double fallback) {
  const Attr* attr = Find(name);
  if (attr == nullptr) return fallback;
  if (attr->kind != Attr::Kind::kNumber) Unsupported("attribute " + name + " is not a number");
  return attr->numbers[0];
}

int64_t NodeReader::Int(const std::string& name, int64_t fallback) {
  return static_cast<int64_t>(Float(name, static_cast<double>(fallback)));
}

std::string NodeReader::String(const std::string& name, const std::string& fallback) {
  const Attr* attr = Find(name);
  if (attr == nullptr) return fallback;
  if (attr->kind != Attr::Kind::kString) Unsupported("attribute " + name + " is not a string");
  return attr->strings[0];
}

std::vector<double> NodeReader::Floats(const std::string& name) {
  const Attr* attr = Find(name);
  if (attr == nullptr) return {};
  if (attr->kind != Attr::Kind::kNumbers && attr->kind != Attr::Kind::kNumber) {
    Unsupported("attribute " + name + " is not a list of numbers");
  }
  return attr->numbers;
}

std::vector<int64_t> NodeReader::Ints(const std::string& name, std::vector<int64_t> fallback) {
  if (!Has(name)) return fallback;
  std::vector<int64_t> out;
  for (double v : Floats(name)) out.push_back(static_cast<int64_t>(v));
  return out;
}

const TensorView* NodeReader::Tensor(const std::string& name) {
  const Attr* attr = Find(name);
  if (attr == nullptr) return nullptr;
  if (attr->kind != Attr::Kind::kTensor) Unsupported("attribute " + name + " is not a tensor");
  return &attr->tensor;
}

void NodeReader::Ignore(std::initializer_list<const char*> names) {
  for (const char* name : names) read_.insert(name);
}

void NodeReader::RequireInputs(size_t least, size_t most) {
  if (num_inputs() < least || num_inputs() > most) {
    Unsupported("expected " + std::to_string(least) + " to " + std::to_string(most) + " inputs, received " +
                std::to_string(num_inputs()));
  }
  for (size_t i = 0; i < least; ++i) {
    if (!has_input(i)) Unsupported("required input " + std::to_string(i) + " is absent");
  }
}

void NodeReader::CheckAllRead() const {
  for (const auto& [name, attr] : node_.attrs) {
    (void)attr;
    if (read_.count(name) == 0) Unsupported("attribute '" + name + "' is not covered");
  }
}

const OpEntry* FindOp(const std::string& op) {
  static const auto* table = [] {
    auto* map = new std::unordered_map<std::string, OpEntry>();
    for (const auto* family : {&ActivationOps(), &ConvOps(), &PoolOps(), &NormOps(), &MathOps(), &MatmulOps(),
                               &ReduceOps(), &ShapeOps(), &LayoutOps(), &IndexOps(), &ScatterOps(), &OrderOps(), &ResizeOps(),
                               &LogicOps()}) {
      for (const OpEntry& entry : *family) map->emplace(entry.op, entry);
    }
    return map;
  }();
  auto it = table->find(op);
  return it == table->end() ? nullptr : &it->second;
}

at::Tensor TensorFromView(const TensorView& view) {
  static const std::unordered_map<std::string, at::ScalarType> types = {
      {"f32", at::kFloat}, {"f16", at::kHalf}, {"f64", at::kDouble}, {"i64", at::kLong},
      {"i32", at::kInt},   {"u8", at::kByte},  {"i8", at::kChar},    {"bool", at::kBool}};
  auto type = types.find(view.dtype);
  if (type == types.end()) ThrowArgument("tensor dtype '" + view.dtype + "' is not known");
  int64_t count = 1;
  for (int64_t d : view.dims) {
    if (d < 0 || (d > 0 && count > (int64_t{1} << 40) / d)) ThrowArgument("tensor dimensions are out of range");
    count *= d;
  }
  at::Tensor out = at::empty(view.dims, at::TensorOptions().dtype(type->second));
  if (static_cast<size_t>(count) * out.element_size() != view.size_bytes) {
    ThrowArgument("a " + view.dtype + " tensor of " + std::to_string(count) + " elements has " +
                  std::to_string(view.size_bytes) + " bytes");
  }
  if (view.size_bytes > 0) std::memcpy(out.data_ptr(), view.data, view.size_bytes);
  return out;
}

at::ScalarType DtypeFromOnnx(NodeReader& node, int64_t onnx_type) {
  switch (onnx_type) {  // TensorProto.DataType
    case 1: return at::kFloat;
    case 2: return at::kByte;
    case 3: return at::kChar;
    case 6: return at::kInt;
    case 7: return at::kLong;
    case 9: return at::kBool;
    case 11: return at::kDouble;
    default: node.Unsupported("element type " + std::to_string(onnx_type) + " of TensorProto.DataType");
  }
}

std::vector<int64_t> ToInts(const at::Tensor& t) {
  at::Tensor flat = t.to(at::kCPU, at::kLong).contiguous();
  const int64_t* p = flat.data_ptr<int64_t>();
  return std::vector<int64_t>(p, p + flat.numel());
}

at::Tensor IntTensor(const std::vector<int64_t>& values) {
  return at::tensor(at::ArrayRef<int64_t>(values), at::TensorOptions().dtype(at::kLong));
}

at::Tensor WrapIndex(const at::Tensor& index, int64_t size) {
  const at::Tensor wide = index.to(at::kLong);
  const at::Tensor wrapped = at::where(wide < 0, wide + size, wide);
  if (wrapped.numel() > 0 && ((wrapped < 0) | (wrapped >= size)).any().item<bool>()) {
    ThrowArgument("an index lies outside an axis of " + std::to_string(size));
  }
  return wrapped;
}

int64_t NormAxis(int64_t axis, int64_t rank) {
  if (axis < -rank || axis >= rank) {
    ThrowArgument("axis " + std::to_string(axis) + " is outside a tensor of rank " + std::to_string(rank));
  }
  return axis < 0 ? axis + rank : axis;
}

}  // namespace saker::autograd
