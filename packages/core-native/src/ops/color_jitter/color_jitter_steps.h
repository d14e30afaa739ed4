// Brightness, contrast, saturation and hue by a factor. Formulas: color_jitter.h.
#ifndef SAKER_OPS_COLOR_JITTER_COLOR_JITTER_STEPS_H_
#define SAKER_OPS_COLOR_JITTER_COLOR_JITTER_STEPS_H_

#include "ops/core/pixel_step.h"

namespace saker {

struct BrightnessStep {
  static constexpr StepKind kKind = StepKind::kBrightness;
  static constexpr const char* kName = "brightness";
  static constexpr PassKind kPass = PassKind::kPointwise;

  float factor = 1;

  template <class V>
  void VisitFields(V&& visit) const {
    visit("factor", factor);
  }
};

struct ContrastStep {
  static constexpr StepKind kKind = StepKind::kContrast;
  static constexpr const char* kName = "contrast";
  static constexpr PassKind kPass = PassKind::kStatistic;

  float factor = 1;

  template <class V>
  void VisitFields(V&& visit) const {
    visit("factor", factor);
  }
};

struct SaturationStep {
  static constexpr StepKind kKind = StepKind::kSaturation;
  static constexpr const char* kName = "saturation";
  static constexpr PassKind kPass = PassKind::kPointwise;

  float factor = 1;

  template <class V>
  void VisitFields(V&& visit) const {
    visit("factor", factor);
  }
};

struct HueStep {
  static constexpr StepKind kKind = StepKind::kHue;
  static constexpr const char* kName = "hue";
  static constexpr PassKind kPass = PassKind::kPointwise;

  float factor = 0;    // turns of the circle
  int32_t levels = 0;  // the same as whole levels of an 8-bit hue, 0..255: what is applied

  template <class V>
  void VisitFields(V&& visit) const {
    visit("factor", factor);
    visit("levels", levels);
  }
};

// torchvision's uint8(factor * 255): cut towards 0, then modulo 256. `factor` is in -0.5..0.5.
inline HueStep TurnHue(double factor) {
  return {static_cast<float>(factor), static_cast<int32_t>(factor * 255) & 255};
}

// Brightness, contrast, saturation and hue as number 0, 1, 2 and 3.
inline PixelStep JitterStep(size_t which, double factor) {
  const float f = static_cast<float>(factor);
  switch (which) {
    case 0:
      return BrightnessStep{f};
    case 1:
      return ContrastStep{f};
    case 2:
      return SaturationStep{f};
    default:
      return TurnHue(factor);
  }
}

}  // namespace saker

#endif  // SAKER_OPS_COLOR_JITTER_COLOR_JITTER_STEPS_H_
