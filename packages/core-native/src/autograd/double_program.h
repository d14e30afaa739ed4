// A graph in double precision.
#pragma once

#include <deque>
#include <vector>

#include "autograd/program.h"

namespace saker::autograd {

// `source` with its f32 tensors, constants and casts to f32 in f64. Owns the bytes of what it widens and borrows the
// rest from `source`.
class DoubleProgram {
 public:
  explicit DoubleProgram(const Program& source);
  DoubleProgram(const DoubleProgram&) = delete;
  DoubleProgram& operator=(const DoubleProgram&) = delete;
  const Program& program() const { return program_; }

 private:
  void Widen(TensorView& view);
  Program program_;
  std::deque<std::vector<double>> store_;
};

}  // namespace saker::autograd
