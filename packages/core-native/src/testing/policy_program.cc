#include "testing/policy_program.h"

#include <cmath>

namespace saker {
namespace testing_support {

std::optional<OpParams> SingleOp(const PolicyDraw& draw, Interpolation filter,
                                 const std::array<double, 3>& fill) {
  const std::array<double, 2> factor{{draw.value, draw.value}};
  constexpr std::array<double, 2> kCorner{{0, 0}};
  const double lean = std::atan(draw.value) * (180 / 3.14159265358979323846);
  ColorJitterParams jitter;
  RandomRotationParams rotation;
  AffineParams affine;
  affine.scale = 1;
  affine.interpolation = filter;
  affine.fill = fill;
  switch (draw.op) {
    case PolicyOp::kIdentity:
      return std::nullopt;
    case PolicyOp::kShearX:
      affine.shear = {lean, 0};
      affine.center = kCorner;
      return affine;
    case PolicyOp::kShearY:
      affine.shear = {0, lean};
      affine.center = kCorner;
      return affine;
    case PolicyOp::kTranslateX:
      affine.translate = {draw.value, 0};
      return affine;
    case PolicyOp::kTranslateY:
      affine.translate = {0, draw.value};
      return affine;
    case PolicyOp::kRotate:
      rotation.degrees = factor;
      rotation.interpolation = filter;
      rotation.fill = fill;
      return rotation;
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
