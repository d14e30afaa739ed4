// Small programs for tests, with the tensors that they borrow.
#pragma once

#include <cmath>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "autograd/program.h"

namespace saker::autograd::testing {

inline Attr Number(double v) { return {Attr::Kind::kNumber, {v}, {}, {}}; }
inline Attr Numbers(std::vector<double> v) { return {Attr::Kind::kNumbers, std::move(v), {}, {}}; }
inline Attr Text(std::string v) { return {Attr::Kind::kString, {}, {std::move(v)}, {}}; }

// Values between -1 and 1 that repeat in no short period.
inline std::vector<float> Wave(int64_t n, double phase) {
  std::vector<float> v(static_cast<size_t>(n));
  for (size_t i = 0; i < v.size(); ++i) v[i] = static_cast<float>(std::sin(1.7 * static_cast<double>(i) + phase));
  return v;
}

// A graph of one f32 input "x", built node by node; the last node's first output is the graph's.
class ProgramBuilder {
 public:
  explicit ProgramBuilder(std::vector<int64_t> input, int opset = 17) {
    program_.opset = opset;
    program_.inputs = {{"x", std::move(input), "f32"}};
  }

  // The program points into the tensors, which move but are not copied.
  ProgramBuilder(ProgramBuilder&&) = default;
  ProgramBuilder(const ProgramBuilder&) = delete;
  ProgramBuilder& operator=(const ProgramBuilder&) = delete;

  // Adds a node and gives the name of its first output.
  std::string Op(const std::string& op, std::vector<std::string> inputs, std::map<std::string, Attr> attrs = {},
                 size_t outputs = 1) {
    const std::string name = op + std::to_string(program_.nodes.size());
    std::vector<std::string> given{name};
    for (size_t i = 1; i < outputs; ++i) given.push_back(name + ":" + std::to_string(i));
    program_.nodes.push_back({name, op, "", std::move(inputs), given, std::move(attrs)});
    program_.outputs = {name};
    return name;
  }

  // An f32 initializer of waves of that amplitude around `centre`.
  std::string Weight(std::vector<int64_t> dims, double amplitude, double centre = 0) {
    int64_t n = 1;
    for (int64_t d : dims) n *= d;
    std::vector<float> values = Wave(n, static_cast<double>(program_.tensors.size()));
    for (float& v : values) v = static_cast<float>(centre + amplitude * static_cast<double>(v));
    return Tensor("f32", std::move(dims), values);
  }
  std::string Floats(std::vector<int64_t> dims, const std::vector<float>& values) {
    return Tensor("f32", std::move(dims), values);
  }
  std::string Ints(const std::vector<int64_t>& values) {
    return Tensor("i64", {static_cast<int64_t>(values.size())}, values);
  }
  std::string IntTensor(std::vector<int64_t> dims, const std::vector<int64_t>& values) {
    return Tensor("i64", std::move(dims), values);
  }
  std::string Bools(std::vector<int64_t> dims, const std::vector<uint8_t>& values) {
    return Tensor("bool", std::move(dims), values);
  }

  // BatchNormalization of `channels` with weights of its own.
  std::string BatchNorm(const std::string& x, int64_t channels) {
    return Op("BatchNormalization", {x, Weight({channels}, 0.2, 1), Weight({channels}, 0.1),
                                     Weight({channels}, 0.05), Weight({channels}, 0.05, 1)});
  }
  // Convolution of k x k without a bias, padded to the same size at stride 1.
  std::string Conv(const std::string& x, int64_t in, int64_t out, int64_t k, double stride = 1) {
    const double pad = static_cast<double>(k / 2);
    return Op("Conv", {x, Weight({out, in, k, k}, 0.4)},
              {{"pads", Numbers({pad, pad, pad, pad})}, {"strides", Numbers({stride, stride})}});
  }

  const Program& program() const { return program_; }

 private:
  template <typename T>
  std::string Tensor(const char* dtype, std::vector<int64_t> dims, const std::vector<T>& values) {
    const auto* bytes = reinterpret_cast<const uint8_t*>(values.data());
    store_.emplace_back(bytes, bytes + values.size() * sizeof(T));
    const std::string name = "t" + std::to_string(program_.tensors.size());
    program_.tensors.push_back({name, {dtype, std::move(dims), store_.back().data(), store_.back().size()}});
    return name;
  }

  Program program_;
  std::deque<std::vector<uint8_t>> store_;
};

}  // namespace saker::autograd::testing
