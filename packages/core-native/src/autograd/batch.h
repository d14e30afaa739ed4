// A batch of pictures as libtorch sees it.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "autograd/batch_input.h"

namespace saker::autograd {

// The batch's memory as an f32 tensor in NCHW order; adopted, never copied: a DLPack capsule is
// consumed and its memory lives as long as the tensor, an array must outlive it. `input_dims` is
// what the graph takes, negative where it leaves a size open. Throws EngineError E_ENGINE_ARGUMENT
// (no f32 batch) or E_MODEL_SHAPE.
at::Tensor AdoptBatch(const BatchInput& input, const std::vector<int64_t>& input_dims);

}  // namespace saker::autograd
