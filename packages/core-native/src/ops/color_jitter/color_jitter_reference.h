// ColorJitter's steps for the reference executor.
#ifndef SAKER_OPS_COLOR_JITTER_COLOR_JITTER_REFERENCE_H_
#define SAKER_OPS_COLOR_JITTER_COLOR_JITTER_REFERENCE_H_

#include <algorithm>
#include <cmath>

#include "ops/core/reference_picture.h"
#include "ops/color_jitter/color_jitter_steps.h"

namespace saker {

inline Rgb MixRgb(const Rgb& a, const Rgb& b, double f) {
  return Clamp255(Rgb{f * a.r + (1 - f) * b.r, f * a.g + (1 - f) * b.g, f * a.b + (1 - f) * b.b});
}

inline void ReferenceStep(const BrightnessStep& step, ReferencePicture* picture) {
  for (Rgb& p : picture->pixels) p = MixRgb(p, {0, 0, 0}, step.factor);
}

inline void ReferenceStep(const ContrastStep& step, ReferencePicture* picture) {
  double mean = 0;
  for (const Rgb& p : picture->pixels) mean += Luma(p);
  mean /= static_cast<double>(picture->pixels.size());
  for (Rgb& p : picture->pixels) p = MixRgb(p, {mean, mean, mean}, step.factor);
}

inline void ReferenceStep(const SaturationStep& step, ReferencePicture* picture) {
  for (Rgb& p : picture->pixels) {
    const double luma = Luma(p);
    p = MixRgb(p, {luma, luma, luma}, step.factor);
  }
}

// Foley, van Dam, Feiner, Hughes, "Computer Graphics", figures 13.33 and 13.34.
inline Rgb TurnedHue(const Rgb& p, double turn) {
  const double v = std::max({p.r, p.g, p.b}), chroma = v - std::min({p.r, p.g, p.b});
  if (chroma == 0) return p;
  double h = p.r == v   ? (p.g - p.b) / chroma
             : p.g == v ? 2 + (p.b - p.r) / chroma
                        : 4 + (p.r - p.g) / chroma;
  h = h / 6 + turn;
  h = (h - std::floor(h)) * 6;
  if (h >= 6) h -= 6;
  const int sector = static_cast<int>(h);
  const double f = h - sector, s = chroma / v;
  const double low = v * (1 - s), down = v * (1 - s * f), up = v * (1 - s * (1 - f));
  switch (sector) {
    case 0:
      return {v, up, low};
    case 1:
      return {down, v, low};
    case 2:
      return {low, v, up};
    case 3:
      return {low, down, v};
    case 4:
      return {up, low, v};
    default:
      return {v, low, down};
  }
}

inline void ReferenceStep(const HueStep& step, ReferencePicture* picture) {
  for (Rgb& p : picture->pixels) p = TurnedHue(p, step.factor);
}

}  // namespace saker

#endif  // SAKER_OPS_COLOR_JITTER_COLOR_JITTER_REFERENCE_H_
