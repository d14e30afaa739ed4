// Which operands of a node are read by the host, whatever device the data lies on.
#pragma once

#include <cstddef>
#include <string>

namespace saker::autograd {

// Shapes, axes, sizes, bounds and indices, which kernels read one by one or check before they use them: they stay where
// they are, and a kernel moves what it needs beside the data. ONNX Runtime keeps about the same ones in CPU memory.
bool IsHostOperand(const std::string& op, size_t index);

}  // namespace saker::autograd
