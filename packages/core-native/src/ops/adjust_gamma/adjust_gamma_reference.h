// torchvision's table for adjust_gamma, for the reference executor.
#ifndef SAKER_OPS_ADJUST_GAMMA_ADJUST_GAMMA_REFERENCE_H_
#define SAKER_OPS_ADJUST_GAMMA_ADJUST_GAMMA_REFERENCE_H_

#include <algorithm>
#include <cmath>

#include "ops/core/reference_picture.h"
#include "ops/adjust_gamma/adjust_gamma_steps.h"

namespace saker {

inline void ReferenceStep(const GammaStep& step, ReferencePicture* picture) {
  const auto map = [&step](double v) {
    const double power = std::pow(Level(v) / 255.0, step.gamma);
    return std::min(255.0, std::floor(255.999 * step.gain * power));
  };
  MapChannels(map, picture);
}

}  // namespace saker

#endif  // SAKER_OPS_ADJUST_GAMMA_ADJUST_GAMMA_REFERENCE_H_
