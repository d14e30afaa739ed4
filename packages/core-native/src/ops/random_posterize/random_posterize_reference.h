// Pillow's ImageOps.posterize, for the reference executor.
#ifndef SAKER_OPS_RANDOM_POSTERIZE_RANDOM_POSTERIZE_REFERENCE_H_
#define SAKER_OPS_RANDOM_POSTERIZE_RANDOM_POSTERIZE_REFERENCE_H_

#include "ops/core/reference_picture.h"
#include "ops/random_posterize/random_posterize_steps.h"

namespace saker {

inline void ReferenceStep(const PosterizeStep& step, ReferencePicture* picture) {
  MapChannels([&step](double v) { return Level(v) & ~((1 << (8 - step.bits)) - 1); }, picture);
}

}  // namespace saker

#endif  // SAKER_OPS_RANDOM_POSTERIZE_RANDOM_POSTERIZE_REFERENCE_H_
