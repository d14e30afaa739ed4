// Self-supervised pretraining; plain values, no torch.
#pragma once

#include <cstddef>

namespace saker::autograd {

struct PretrainConfig {
  enum class Method { kSimclr, kDino } method = Method::kSimclr;
  double temperature = 0.5;      // SimCLR's; DINO: the student's
  double center_momentum = 0.9;  // DINO
};

struct PretrainOptions {
  size_t global_views = 2;      // DINO: so many of the views, the first ones, are shown to the teacher
  double teacher_temperature = 0.04, teacher_momentum = 0.996;  // DINO
};

}  // namespace saker::autograd
