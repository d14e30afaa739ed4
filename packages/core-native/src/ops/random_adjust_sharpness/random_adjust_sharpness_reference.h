// Pillow's ImageEnhance.Sharpness, for the reference executor: the blend with ImageFilter.SMOOTH in
// float, truncated.
#ifndef SAKER_OPS_RANDOM_ADJUST_SHARPNESS_RANDOM_ADJUST_SHARPNESS_REFERENCE_H_
#define SAKER_OPS_RANDOM_ADJUST_SHARPNESS_RANDOM_ADJUST_SHARPNESS_REFERENCE_H_

#include <cmath>

#include "ops/core/reference_picture.h"
#include "ops/random_adjust_sharpness/random_adjust_sharpness_steps.h"

namespace saker {

inline void ReferenceStep(const SharpnessStep& step, ReferencePicture* picture) {
  const ReferencePicture in = *picture;
  for (double Rgb::* channel : kChannels) {
    const auto at = [&](int y, int x) { return Level(in.at(y, x).*channel); };
    for (int y = 0; y < in.height; ++y) {
      for (int x = 0; x < in.width; ++x) {
        const int v = at(y, x);
        picture->at(y, x).*channel = v;
        if (y == 0 || x == 0 || y == in.height - 1 || x == in.width - 1) continue;
        int sum = 4 * v;
        for (int dy = -1; dy <= 1; ++dy) {
          for (int dx = -1; dx <= 1; ++dx) sum += at(y + dy, x + dx);
        }
        const int smooth = Level(sum / 13.0);
        const float change = step.factor * static_cast<float>(v - smooth);
        const float mixed = static_cast<float>(smooth) + change;
        picture->at(y, x).*channel = std::floor(Clamp255(mixed));
      }
    }
  }
}

}  // namespace saker

#endif  // SAKER_OPS_RANDOM_ADJUST_SHARPNESS_RANDOM_ADJUST_SHARPNESS_REFERENCE_H_
