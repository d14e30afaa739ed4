// Pillow's ImageOps.autocontrast, for the reference executor.
#ifndef SAKER_OPS_RANDOM_AUTOCONTRAST_RANDOM_AUTOCONTRAST_REFERENCE_H_
#define SAKER_OPS_RANDOM_AUTOCONTRAST_RANDOM_AUTOCONTRAST_REFERENCE_H_

#include <algorithm>

#include "ops/core/reference_picture.h"
#include "ops/random_autocontrast/random_autocontrast_steps.h"

namespace saker {

inline void ReferenceStep(const AutocontrastStep&, ReferencePicture* picture) {
  for (double Rgb::* channel : kChannels) {
    int lo = 255, hi = 0;
    for (const Rgb& p : picture->pixels) {
      lo = std::min(lo, Level(p.*channel));
      hi = std::max(hi, Level(p.*channel));
    }
    for (Rgb& p : picture->pixels) {
      const int level = Level(p.*channel);
      const double scale = hi > lo ? 255.0 / (hi - lo) : 1, offset = hi > lo ? -lo * scale : 0;
      p.*channel = std::clamp(static_cast<int>(level * scale + offset), 0, 255);
    }
  }
}

}  // namespace saker

#endif  // SAKER_OPS_RANDOM_AUTOCONTRAST_RANDOM_AUTOCONTRAST_REFERENCE_H_
