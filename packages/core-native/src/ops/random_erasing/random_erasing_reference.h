// RandomErasing's step for the reference executor.
#ifndef SAKER_OPS_RANDOM_ERASING_RANDOM_ERASING_REFERENCE_H_
#define SAKER_OPS_RANDOM_ERASING_RANDOM_ERASING_REFERENCE_H_

#include <array>

#include "ops/core/reference_picture.h"
#include "ops/random_erasing/random_erasing_steps.h"

namespace saker {

inline void ReferenceStep(const EraseStep& step, ReferencePicture* picture) {
  for (int y = step.box.y; y < step.box.y + step.box.height; ++y) {
    for (int x = step.box.x; x < step.box.x + step.box.width; ++x) {
      const std::array<float, 3> value = ErasedPixel(step, x, y);
      picture->at(y, x) = {value[0], value[1], value[2]};
    }
  }
}

}  // namespace saker

#endif  // SAKER_OPS_RANDOM_ERASING_RANDOM_ERASING_REFERENCE_H_
