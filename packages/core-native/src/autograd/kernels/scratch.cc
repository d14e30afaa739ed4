#include "autograd/kernels/scratch.h"

#include <c10/core/Allocator.h>

namespace saker::autograd {

std::shared_ptr<float> Scratch(size_t floats) {
  auto block = std::make_shared<c10::DataPtr>(c10::GetAllocator(c10::DeviceType::CPU)->allocate(floats * sizeof(float)));
  return {block, static_cast<float*>(block->get())};
}

}  // namespace saker::autograd
