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

// channel(n) = v - chroma * max(0, min(k, 4 - k, 1)), k = (n + h) mod 6; h of 0..6.
SAKER_DEVICE float HueChannel(float value, float chroma, float h, float n) {
  float k = h + n;
  if (k >= 6.0f) k -= 6.0f;
  const float ramp = fmaxf(0.0f, fminf(1.0f, fminf(k, 4.0f - k)));
  return fmaxf(0.0f, FusedMulAdd(-chroma, ramp, value));
}

SAKER_DEVICE Pixel MapPixel(const HueStep& step, const Pixel& v, int32_t, int32_t) {
  const float r = v.c[0], g = v.c[1], b = v.c[2];
  const float value = fmaxf(r, fmaxf(g, b)), chroma = value - fminf(r, fminf(g, b));
  const float turn = step.factor < 0 ? step.factor + 1.0f : step.factor;
  // Grey has no hue; dividing by 1 keeps its 0.
  const float divisor = chroma == 0.0f ? 1.0f : chroma;
  float h = r == value   ? (g - b) / divisor
            : g == value ? 2.0f + (b - r) / divisor
                         : 4.0f + (r - g) / divisor;
  // The hue starts at -1, the turn ends below 6: one step down or up brings h into [0, 6).
  h += turn * 6.0f;
  if (h >= 6.0f) h -= 6.0f;
  if (h < 0.0f) h += 6.0f;
  return {{HueChannel(value, chroma, h, 5.0f), HueChannel(value, chroma, h, 3.0f),
           HueChannel(value, chroma, h, 1.0f)}};
}

}  // namespace device
}  // namespace saker

#endif  // SAKER_OPS_COLOR_JITTER_COLOR_JITTER_CUH_
