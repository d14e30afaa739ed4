// RandomInvert's step for the reference executor.
#ifndef SAKER_OPS_RANDOM_INVERT_RANDOM_INVERT_REFERENCE_H_
#define SAKER_OPS_RANDOM_INVERT_RANDOM_INVERT_REFERENCE_H_

#include "ops/core/reference_picture.h"
#include "ops/random_invert/random_invert_steps.h"

namespace saker {

inline void ReferenceStep(const InvertStep&, ReferencePicture* picture) {
  MapChannels([](double v) { return 255 - v; }, picture);
}

}  // namespace saker

#endif  // SAKER_OPS_RANDOM_INVERT_RANDOM_INVERT_REFERENCE_H_
