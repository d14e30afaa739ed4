#include "autograd/double_program.h"

#include <cstring>

namespace saker::autograd {

DoubleProgram::DoubleProgram(const Program& source) : program_(source) {
  for (NamedTensor& t : program_.tensors) Widen(t.value);
  for (Node& node : program_.nodes) {
    for (auto& entry : node.attrs) {
      Attr& attr = entry.second;
      if (attr.kind == Attr::Kind::kTensor) Widen(attr.tensor);
      if (node.op == "Cast" && attr.numbers == std::vector<double>{1}) attr.numbers = {11};  // FLOAT to DOUBLE
    }
  }
}

void DoubleProgram::Widen(TensorView& view) {
  if (view.dtype != "f32") return;
  std::vector<double> wide(view.size_bytes / sizeof(float));
  for (size_t i = 0; i < wide.size(); ++i) {
    float v;
    std::memcpy(&v, view.data + i * sizeof v, sizeof v);  // at any alignment
    wide[i] = v;
  }
  store_.push_back(std::move(wide));
  view.dtype = "f64";
  view.data = reinterpret_cast<const uint8_t*>(store_.back().data());
  view.size_bytes = store_.back().size() * sizeof(double);
}

}  // namespace saker::autograd
