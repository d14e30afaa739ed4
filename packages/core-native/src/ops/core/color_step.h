// ColorSteps: what a plan does to pixels after the geometry, as plain data. Values are f32 RGB in
// 0..255.
#ifndef SAKER_OPS_CORE_COLOR_STEP_H_
#define SAKER_OPS_CORE_COLOR_STEP_H_

#include <array>
#include <cstdint>

#include "base/image.h"
#include "ops/core/erase_value.h"
#include "ops/core/inline_vec.h"

namespace saker {

enum class ColorStepKind : uint8_t {
  kBrightness,
  kContrast,
  kSaturation,
  kHue,
  kGrayscale,
  kInvert,
  kPosterize,
  kSolarize,
  kGamma,
  kPermute,
  kAutocontrast,
  kEqualize,
  kSharpness,
  kBlur,
  kErase,
};

struct ColorStep {
  ColorStepKind kind = ColorStepKind::kBrightness;
  // Blend factor of brightness, contrast, saturation and sharpness; turns of the circle for kHue;
  // bits for kPosterize; threshold for kSolarize; exponent for kGamma; sigma for kBlur.
  double factor = 1;
  double gain = 1;                 // kGamma
  std::array<int32_t, 3> whole{};  // kPermute: source of each channel; kBlur: taps along x and y
  // kErase: the box, what it is filled with (kMean only until the plan is complete), and the key of
  // its noise.
  Rect box;
  EraseKind erase = EraseKind::kColor;
  std::array<float, 3> color{};
  std::array<uint32_t, 2> noise{};
};

// The step needs the whole picture as the steps before it leave it: its statistics or its
// neighbours.
inline bool NeedsWholePicture(ColorStepKind kind) {
  return kind == ColorStepKind::kContrast || kind == ColorStepKind::kAutocontrast ||
         kind == ColorStepKind::kEqualize || kind == ColorStepKind::kSharpness ||
         kind == ColorStepKind::kBlur;
}

// The step reads other pixels than the one it writes.
inline bool ReadsNeighbours(ColorStepKind kind) {
  return kind == ColorStepKind::kSharpness || kind == ColorStepKind::kBlur;
}

using ColorSteps = InlineVec<ColorStep, 32>;

// ITU-R BT.601 luma weights as Pillow's convert('L') has them: (19595 R + 38470 G + 7471 B) /
// 65536.
inline constexpr float kLumaR = 19595.0f / 65536.0f;
inline constexpr float kLumaG = 38470.0f / 65536.0f;
inline constexpr float kLumaB = 7471.0f / 65536.0f;

}  // namespace saker

#endif  // SAKER_OPS_CORE_COLOR_STEP_H_
