// What E_TRAIN_DIVERGED says.
#pragma once

#include <string>

#include "autograd/model_impl.h"

namespace saker::autograd {

// The error of a step whose loss or gradient norm is not finite: step, learning rate, and the weight whose gradient (or,
// with no gradients yet, whose value) is not finite or else the greatest. `loss` says what was seen.
EngineError Diverged(const std::vector<Parameter>& parameters, const StepOptions& options, double default_lr,
                     std::string loss, bool gradients);

}  // namespace saker::autograd
