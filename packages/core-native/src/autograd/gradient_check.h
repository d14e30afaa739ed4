// The gradients of a graph against finite differences, in double precision.
#pragma once

#include <map>
#include <string>

#include "autograd/error.h"
#include "autograd/host_tensor.h"
#include "autograd/program.h"

namespace saker::autograd {

// For the data input and every weight of `program`: the largest difference between the gradient that the engine gives of
// a fixed weighted sum of all floating-point outputs and the central difference at a distance of 1e-5, over the largest
// magnitude of that gradient (as it is where that is 0). The graph runs in f64, in train or eval mode; every element of
// every such tensor is moved twice, so it is for small graphs. E_OP_UNSUPPORTED, E_ENGINE_ARGUMENT, E_OP_FAILED.
Result<std::map<std::string, double>> GradientErrors(const Program& program, const HostTensor& input, bool train);

}  // namespace saker::autograd
