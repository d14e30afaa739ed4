#pragma once

#include <napi.h>

namespace saker::autograd {

// gradientErrors(program, {data, dims}, train): {name: error}, on the calling thread.
Napi::Value GradientErrorsToJs(const Napi::CallbackInfo& info);

}  // namespace saker::autograd
