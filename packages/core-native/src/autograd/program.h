// The graph as the engine receives it: plain data, no torch, no N-API. Mirrors packages/spec/src/program.ts.
#ifndef SAKER_AUTOGRAD_PROGRAM_H_
#define SAKER_AUTOGRAD_PROGRAM_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace saker::autograd {

// A row-major little-endian tensor. `data` is borrowed and need only live until Model::Create returns.
struct TensorView {
  std::string dtype;  // f32 f16 f64 i64 i32 u8 i8 bool
  std::vector<int64_t> dims;
  const uint8_t* data = nullptr;
  size_t size_bytes = 0;
};

// An attribute; exactly one of the fields is meaningful. A single number also fills `numbers`,
// a single string also fills `strings`, so that list readers accept both.
struct Attr {
  enum class Kind { kNumber, kString, kNumbers, kStrings, kTensor };
  Kind kind = Kind::kNumber;
  std::vector<double> numbers;
  std::vector<std::string> strings;
  TensorView tensor;
};

struct Node {
  std::string name;
  std::string op;
  std::string domain;
  std::vector<std::string> inputs;   // "" = absent
  std::vector<std::string> outputs;  // "" = not wanted
  std::map<std::string, Attr> attrs;
};

struct Input {
  std::string name;
  std::vector<int64_t> dims;  // -1 = symbolic
  std::string dtype;
};

struct NamedTensor {
  std::string name;
  TensorView value;
};

struct Program {
  int opset = 0;
  std::vector<Input> inputs;
  std::vector<std::string> outputs;
  std::vector<Node> nodes;  // topological order
  std::vector<NamedTensor> tensors;
};

}  // namespace saker::autograd

#endif  // SAKER_AUTOGRAD_PROGRAM_H_
