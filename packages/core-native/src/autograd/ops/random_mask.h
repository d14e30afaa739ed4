// Random masks of a run: functions of (seed, step, node) and of the shape alone, so that running a node again in the same
// step gives the same mask.
#pragma once

#include "autograd/ops/node_reader.h"

namespace saker::autograd {

enum class MaskUse : uint64_t { kDropout = 0, kStochasticDepth = 1 };

// A bool tensor on the CPU, true with probability 1 - rate.
at::Tensor KeepMask(at::IntArrayRef shape, double rate, const RunContext& run, MaskUse use);

}  // namespace saker::autograd
