// Loss scaling of training in f16 (Micikevicius et al. 2018), by the rules that torch.cuda.amp.GradScaler documents.
#pragma once

#include <cstdint>

namespace saker::autograd {

// The loss is multiplied by `scale()` before it goes backward, so that small gradients do not vanish in f16; gradients are
// divided by it before anything looks at them. A step whose gradients are not finite is left out and halves the scale; 2000
// good ones in a row double it. One thread.
class GradScaler {
 public:
  struct State {
    double scale = 65536;     // always a power of two: scaling changes no mantissa
    int64_t good_steps = 0;   // since the scale changed
    int64_t skipped = 0;      // steps left out in all
  };

  double scale() const { return state_.scale; }
  const State& state() const { return state_; }
  void Load(const State& state) { state_ = state; }

  // After a step: whether its gradients were finite.
  void Update(bool finite);
  // Whether the scale has fallen below 2^-14, where f16's range is no longer the reason.
  bool exhausted() const { return state_.scale < 1.0 / 16384; }

 private:
  State state_;
};

}  // namespace saker::autograd
