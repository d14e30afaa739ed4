#include "testing/policy_program.h"

namespace saker {
namespace testing_support {

std::optional<OpParams> SingleOp(const PolicyDraw& draw, Interpolation filter,
                                 const std::array<double, 3>& fill) {
  const std::array<double, 2> factor{{draw.value, draw.value}};
  ColorJitterParams jitter;
  switch (draw.op) {
    case PolicyOp::kIdentity:
      return std::nullopt;
    case PolicyOp::kShearX:
    case PolicyOp::kShearY:
    case PolicyOp::kTranslateX:
    case PolicyOp::kTranslateY:
    case PolicyOp::kRotate:
      (void)filter;
      (void)fill;
      return std::nullopt;
    case PolicyOp::kBrightness:
      jitter.brightness = factor;
      return jitter;
    case PolicyOp::kColor:
      jitter.saturation = factor;
      return jitter;
    case PolicyOp::kContrast:
      jitter.contrast = factor;
      return jitter;
    case PolicyOp::kSharpness:
      return RandomAdjustSharpnessParams{draw.value, 1};
    case PolicyOp::kPosterize:
      return RandomPosterizeParams{static_cast<int32_t>(draw.value), 1};
    case PolicyOp::kSolarize:
      return RandomSolarizeParams{draw.value, 1};
    case PolicyOp::kAutoContrast:
      return RandomAutocontrastParams{1};
    case PolicyOp::kEqualize:
      return RandomEqualizeParams{1};
    case PolicyOp::kInvert:
      return RandomInvertParams{1};
  }
  return std::nullopt;
}

}  // namespace testing_support
}  // namespace saker
