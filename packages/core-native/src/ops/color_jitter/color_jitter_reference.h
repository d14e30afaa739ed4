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

// Pillow's HSV of 8 bits a channel (Convert.c): Smith's hexagon (1978, "Color gamut transform
// pairs") in single precision, hue and saturation cut to whole levels.
inline Rgb TurnedHue(const Rgb& in, int levels) {
  const int r = Level(in.r), g = Level(in.g), b = Level(in.b);
  const int v = std::max({r, g, b}), chroma = v - std::min({r, g, b});
  if (chroma == 0) return {1.0 * v, 1.0 * v, 1.0 * v};
  const auto below_top = [&](int c) { return static_cast<float>(v - c) / chroma; };
  float sixths;
  if (r == v) {
    sixths = below_top(b) - below_top(g);
  } else if (g == v) {
    sixths = static_cast<float>(2.0 + below_top(r) - below_top(b));
  } else {
    sixths = static_cast<float>(4.0 + below_top(g) - below_top(r));
  }
  const float hue = static_cast<float>(std::fmod(sixths / 6.0 + 1.0, 1.0));
  const int h = (static_cast<int>(hue * 255.0) + levels) & 255;
  const int s = static_cast<int>((static_cast<float>(chroma) / v) * 255.0);
  if (s == 0) return {1.0 * v, 1.0 * v, 1.0 * v};
  const int sector = 6 * h / 255;
  const double f = 6.0 * h / 255 - sector, share = s / 255.0;
  const double low = std::round(v * (1 - share)), down = std::round(v * (1 - share * f)),
               up = std::round(v * (1 - share * (1 - f)));
  switch (sector % 6) {
    case 0:
      return {1.0 * v, up, low};
    case 1:
      return {down, 1.0 * v, low};
    case 2:
      return {low, 1.0 * v, up};
    case 3:
      return {low, down, 1.0 * v};
    case 4:
      return {up, low, 1.0 * v};
    default:
      return {1.0 * v, low, down};
  }
}

inline void ReferenceStep(const HueStep& step, ReferencePicture* picture) {
  for (Rgb& p : picture->pixels) p = TurnedHue(p, step.levels);
}

}  // namespace saker

#endif  // SAKER_OPS_COLOR_JITTER_COLOR_JITTER_REFERENCE_H_
