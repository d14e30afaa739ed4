// Working memory of kernels, from the allocator of tensors: in training it is kept from step to step (training_memory.h).
#pragma once

#include <cstddef>
#include <memory>

namespace saker::autograd {

// `floats` values that nobody has written yet, aligned to 64 bytes. Any thread.
std::shared_ptr<float> Scratch(size_t floats);

}  // namespace saker::autograd
