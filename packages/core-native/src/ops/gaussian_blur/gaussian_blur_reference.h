// GaussianBlur's step for the reference executor: the two-dimensional sum.
#ifndef SAKER_OPS_GAUSSIAN_BLUR_GAUSSIAN_BLUR_REFERENCE_H_
#define SAKER_OPS_GAUSSIAN_BLUR_GAUSSIAN_BLUR_REFERENCE_H_

#include <cmath>

#include "ops/core/reference_picture.h"
#include "ops/gaussian_blur/gaussian_blur_steps.h"

namespace saker {

// Walks outwards one reflection at a time; the edge pixel is not repeated.
inline int WalkedReflection(int i, int n) {
  while (n > 1 && (i < 0 || i >= n)) i = i < 0 ? -i : 2 * (n - 1) - i;
  return n > 1 ? i : 0;
}

inline void ReferenceStep(const BlurStep& step, ReferencePicture* picture) {
  const ReferencePicture in = *picture;
  const int rx = step.taps[0] / 2, ry = step.taps[1] / 2;
  const auto weight = [&](double k) { return std::exp(-k * k / (2 * step.sigma * step.sigma)); };
  double total = 0;
  for (int dy = -ry; dy <= ry; ++dy) {
    for (int dx = -rx; dx <= rx; ++dx) total += weight(dy) * weight(dx);
  }
  for (int y = 0; y < in.height; ++y) {
    for (int x = 0; x < in.width; ++x) {
      Rgb sum{0, 0, 0};
      for (int dy = -ry; dy <= ry; ++dy) {
        for (int dx = -rx; dx <= rx; ++dx) {
          const Rgb& p =
              in.at(WalkedReflection(y + dy, in.height), WalkedReflection(x + dx, in.width));
          const double w = weight(dy) * weight(dx);
          sum = {sum.r + w * p.r, sum.g + w * p.g, sum.b + w * p.b};
        }
      }
      picture->at(y, x) = Clamp255(Rgb{sum.r / total, sum.g / total, sum.b / total});
    }
  }
}

}  // namespace saker

#endif  // SAKER_OPS_GAUSSIAN_BLUR_GAUSSIAN_BLUR_REFERENCE_H_
