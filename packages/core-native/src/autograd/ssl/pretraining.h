// What self-supervised pretraining keeps beside a model: the network that follows it, and the centre of its outputs.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "autograd/executor.h"
#include "autograd/ssl/config.h"

namespace saker::autograd {

struct Pretraining {
  PretrainConfig config;
  // DINO. The teacher's weights follow the student's as a moving average, its running statistics are its own.
  struct Weight {
    std::string name;
    at::Tensor tensor, student;
    bool is_buffer = false;
  };
  std::vector<Weight> teacher;
  std::unique_ptr<Executor> executor;
  at::Tensor center;  // [1,K]; undefined before the first step
};

}  // namespace saker::autograd
