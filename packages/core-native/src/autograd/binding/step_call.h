// The batch of a call that runs the graph.
#pragma once

#include <string>
#include <vector>

#include "autograd/binding/native_model.h"

namespace saker::autograd {

// input.data or input.dlpack, labels or targets, mask. The views point into JavaScript memory that the job holds by
// reference.
struct StepCall {
  BatchInput input;
  Labels labels;
  StepOptions options;
  std::vector<std::string> outputs;
};

StepCall ReadCall(const Napi::Value& value, const Napi::Value& step, Job* job);

}  // namespace saker::autograd
