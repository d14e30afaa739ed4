// Pillow's ImageOps.solarize, for the reference executor.
#ifndef SAKER_OPS_RANDOM_SOLARIZE_RANDOM_SOLARIZE_REFERENCE_H_
#define SAKER_OPS_RANDOM_SOLARIZE_RANDOM_SOLARIZE_REFERENCE_H_

#include "ops/core/reference_picture.h"
#include "ops/random_solarize/random_solarize_steps.h"

namespace saker {

inline void ReferenceStep(const SolarizeStep& step, ReferencePicture* picture) {
  const auto map = [&step](double v) {
    const int level = Level(v);
    return level < step.threshold ? level : 255 - level;
  };
  MapChannels(map, picture);
}

}  // namespace saker

#endif  // SAKER_OPS_RANDOM_SOLARIZE_RANDOM_SOLARIZE_REFERENCE_H_
