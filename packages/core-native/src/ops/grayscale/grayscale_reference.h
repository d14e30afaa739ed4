// Grayscale's step for the reference executor.
#ifndef SAKER_OPS_GRAYSCALE_GRAYSCALE_REFERENCE_H_
#define SAKER_OPS_GRAYSCALE_GRAYSCALE_REFERENCE_H_

#include "ops/core/reference_picture.h"
#include "ops/grayscale/grayscale_steps.h"

namespace saker {

inline void ReferenceStep(const GrayscaleStep&, ReferencePicture* picture) {
  for (Rgb& p : picture->pixels) {
    const double luma = Luma(p);
    p = {luma, luma, luma};
  }
}

}  // namespace saker

#endif  // SAKER_OPS_GRAYSCALE_GRAYSCALE_REFERENCE_H_
