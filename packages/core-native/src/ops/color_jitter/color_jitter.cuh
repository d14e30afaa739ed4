// ColorJitter's pixel maths for CUDA. Formula: color_jitter.h.
#ifndef SAKER_OPS_COLOR_JITTER_COLOR_JITTER_CUH_
#define SAKER_OPS_COLOR_JITTER_COLOR_JITTER_CUH_

#include "ops/color_jitter/color_jitter_steps.h"
#include "ops/core/device_pixel.cuh"

namespace saker {
namespace device {

// clamp(f * a + (1 - f) * b)
SAKER_DEVICE float Blend(float a, float b, float f) {
  return Clamp255(FusedMulAdd(f, a, (1.0f - f) * b));
}

SAKER_DEVICE Pixel BlendAll(const Pixel& v, float other, float f) {
  return {{Blend(v.c[0], other, f), Blend(v.c[1], other, f), Blend(v.c[2], other, f)}};
}

SAKER_DEVICE Pixel MapPixel(const BrightnessStep& step, const Pixel& v, int32_t, int32_t) {
  return BlendAll(v, 0.0f, step.factor);
}

SAKER_DEVICE int GatherPixel(const ContrastStep&, const Pixel& v, float* values) {
  values[0] = Luma(v);
  return 1;
}

SAKER_DEVICE Pixel MapPixel(const ContrastStep& step, const float* means, const Pixel& v, int32_t,
                            int32_t) {
  return BlendAll(v, means[0], step.factor);
}

SAKER_DEVICE Pixel MapPixel(const SaturationStep& step, const Pixel& v, int32_t, int32_t) {
  return BlendAll(v, Luma(v), step.factor);
}

// trunc(z * 255) of z in [0, 1], as if the product were not rounded: color_jitter-inl.h.
SAKER_DEVICE float CutTo255(float z) {
  const float z256 = z * 256.0f, whole = floorf(z256 - z);
  return whole - (z256 - whole < z ? 1.0f : 0.0f);
}

// Pillow's HSV of 8 bits, in the same steps as color_jitter-inl.h, which says why they are exact.
SAKER_DEVICE Pixel MapPixel(const HueStep& step, const Pixel& v, int32_t, int32_t) {
  const float r = static_cast<float>(LevelOf(v.c[0])), g = static_cast<float>(LevelOf(v.c[1])),
              b = static_cast<float>(LevelOf(v.c[2]));
  const float top = fmaxf(r, fmaxf(g, b)), low = fminf(r, fminf(g, b)), chroma = top - low;
  const float mid = r + (g + b) - top - low;
  const float x = (top - mid) / fmaxf(chroma, 1.0f);
  const float sixths = r == top   ? (g >= b ? 1.0f - x : x - 1.0f)
                       : g == top ? (r >= b ? 1.0f + x : 3.0f - x)
                                  : (g >= r ? 3.0f + x : 5.0f - x);
  float hue = sixths / 6.0f;
  if (sixths < 0.0f) hue += 1.0f;
  float h = CutTo255(hue) + static_cast<float>(step.levels);
  if (h >= 256.0f) h -= 256.0f;
  const float s = CutTo255(chroma / fmaxf(top, 1.0f));
  const float twice = h + h, unit = top * s * (1.0f / 21675.0f);
  // channel(n) = v - v s max(0, min(k, 4 - k, 1)), k = (n + h) mod 6 in units of 1/85.
  const auto channel = [=](float n) -> float {
    float k = twice + n * 85.0f;
    if (k >= 510.0f) k -= 510.0f;
    const float ramp = fmaxf(0.0f, fminf(85.0f, fminf(k, 340.0f - k)));
    return top - rintf(unit * ramp);
  };
  return {{channel(5.0f), channel(3.0f), channel(1.0f)}};
}

}  // namespace device
}  // namespace saker

#endif  // SAKER_OPS_COLOR_JITTER_COLOR_JITTER_CUH_
