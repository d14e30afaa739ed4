// Pillow's ImageOps.equalize, for the reference executor.
#ifndef SAKER_OPS_RANDOM_EQUALIZE_RANDOM_EQUALIZE_REFERENCE_H_
#define SAKER_OPS_RANDOM_EQUALIZE_RANDOM_EQUALIZE_REFERENCE_H_

#include <algorithm>
#include <vector>

#include "ops/core/reference_picture.h"
#include "ops/random_equalize/random_equalize_steps.h"

namespace saker {

inline void ReferenceStep(const EqualizeStep&, ReferencePicture* picture) {
  for (double Rgb::* channel : kChannels) {
    std::vector<long> count(256), map(256);
    for (const Rgb& p : picture->pixels) ++count[Level(p.*channel)];
    int highest = 255;
    while (count[highest] == 0) --highest;
    const long step = (static_cast<long>(picture->pixels.size()) - count[highest]) / 255;
    long n = step / 2;
    for (int i = 0; i < 256; ++i) {
      map[i] = step == 0 ? i : std::min(n / step, 255L);
      n += count[i];
    }
    for (Rgb& p : picture->pixels) p.*channel = static_cast<double>(map[Level(p.*channel)]);
  }
}

}  // namespace saker

#endif  // SAKER_OPS_RANDOM_EQUALIZE_RANDOM_EQUALIZE_REFERENCE_H_
