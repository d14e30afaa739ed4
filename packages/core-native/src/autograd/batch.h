// A batch of pictures as libtorch sees it.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "autograd/batch_input.h"

namespace saker::autograd {

// The batch as an f32 tensor in NCHW order on `device`. Memory of that device is adopted, never copied: a DLPack capsule is
// consumed and its memory lives as long as the tensor, an array must outlive it. Host memory is copied to another device.
// `input_dims` is what the graph takes, negative where it leaves a size open. Throws EngineError E_ENGINE_ARGUMENT
// (no f32 batch), E_MODEL_SHAPE, or E_DEVICE_MISMATCH for memory of a third device.
at::Tensor AdoptBatch(const BatchInput& input, const std::vector<int64_t>& input_dims, c10::Device device);

}  // namespace saker::autograd
