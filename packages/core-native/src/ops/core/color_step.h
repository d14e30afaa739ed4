// ColorSteps: the pointwise part of a plan, as plain data. Values are f32 RGB in 0..255.
#ifndef SAKER_OPS_CORE_COLOR_STEP_H_
#define SAKER_OPS_CORE_COLOR_STEP_H_

#include <cstdint>

#include "ops/core/inline_vec.h"

namespace saker {

enum class ColorStepKind : uint8_t { kBrightness, kContrast, kSaturation, kHue, kGrayscale };

struct ColorStep {
  ColorStepKind kind = ColorStepKind::kBrightness;
  float factor = 1;  // blend factor; turns of the circle for kHue; unused for kGrayscale
};

using ColorSteps = InlineVec<ColorStep, 32>;

// ITU-R BT.601 luma weights as Pillow's convert('L') has them: (19595 R + 38470 G + 7471 B) /
// 65536.
inline constexpr float kLumaR = 19595.0f / 65536.0f;
inline constexpr float kLumaG = 38470.0f / 65536.0f;
inline constexpr float kLumaB = 7471.0f / 65536.0f;

}  // namespace saker

#endif  // SAKER_OPS_CORE_COLOR_STEP_H_
