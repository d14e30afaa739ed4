// Values that cross the line between libtorch and the rest: no torch, no N-API.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace saker::autograd {

// f32 values with their shape, row-major, owned.
struct HostTensor {
  std::vector<int64_t> dims;
  std::vector<float> data;
};
using HostTensors = std::map<std::string, HostTensor>;

}  // namespace saker::autograd
