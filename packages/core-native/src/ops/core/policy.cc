#include "ops/core/policy.h"

#include <cmath>
#include <optional>
#include <string>

#include "ops/color_jitter/color_jitter_steps.h"
#include "ops/core/warp_matrices.h"
#include "ops/random_adjust_sharpness/random_adjust_sharpness_steps.h"
#include "ops/random_autocontrast/random_autocontrast_steps.h"
#include "ops/random_equalize/random_equalize_steps.h"
#include "ops/random_invert/random_invert_steps.h"
#include "ops/random_posterize/random_posterize_steps.h"
#include "ops/random_solarize/random_solarize_steps.h"

namespace saker {
namespace {

// Whole pixels. The products come before the quotients, so that whole results are met exactly.
double Translation(const PolicyRanges& ranges, int32_t bin, int32_t bins, int32_t side) {
  const double most = ranges.translate_side > 0 ? side * ranges.translate / ranges.translate_side
                                                : ranges.translate;
  return std::trunc(most * bin / (bins - 1));
}

}  // namespace

PolicyDraw PolicyAt(const PolicyRanges& ranges, PolicyOp op, int32_t bin, int32_t bins,
                    bool negative, int32_t width, int32_t height) {
  const double step = static_cast<double>(bin) / (bins - 1);
  const double sign = negative ? -1 : 1;
  switch (op) {
    case PolicyOp::kShearX:
    case PolicyOp::kShearY:
      return {op, sign * ranges.shear * step};
    case PolicyOp::kTranslateX:
      return {op, sign * Translation(ranges, bin, bins, width)};
    case PolicyOp::kTranslateY:
      return {op, sign * Translation(ranges, bin, bins, height)};
    case PolicyOp::kRotate:
      return {op, sign * ranges.rotate * step};
    case PolicyOp::kBrightness:
    case PolicyOp::kColor:
    case PolicyOp::kContrast:
    case PolicyOp::kSharpness:
      return {op, 1 + sign * ranges.enhance * step};
    case PolicyOp::kPosterize:
      return {op, std::nearbyint(ranges.posterize_from - ranges.posterize_steps * step)};
    case PolicyOp::kSolarize:
      return {op, 255.0 * (bins - 1 - bin) / (bins - 1)};
    case PolicyOp::kIdentity:
    case PolicyOp::kAutoContrast:
    case PolicyOp::kEqualize:
    case PolicyOp::kInvert:
      return {op, 0};
  }
  return {op, 0};
}

Status CheckPolicy(const char* name, int32_t count, Interpolation filter, ProgramWalk* walk) {
  if (filter == Interpolation::kLanczos) {
    return Status(ErrorCode::kPipelineUnsupported,
                  std::string(name) +
                      " has no interpolation lanczos; nearest, bilinear or bicubic");
  }
  return walk->AddSteps(name, count, PassKind::kNeighbours);
}

Status ApplyPolicyOp(const PolicyDraw& draw, Interpolation filter,
                     const std::array<double, 3>& fill, PlanBuilder* plan) {
  const int32_t width = plan->width(), height = plan->height();
  const float factor = static_cast<float>(draw.value);
  const auto warp = [&](const Matrix3& matrix) {
    return plan->Warp(matrix, height, width, filter, fill);
  };
  const auto affine = [&](const AffineMap& map, const std::optional<Point>& center) {
    return warp(AffineMatrix(map, width, height, center));
  };
  constexpr Point kCorner{{0, 0}};
  const double lean = std::atan(draw.value) * (180 / 3.14159265358979323846);
  switch (draw.op) {
    case PolicyOp::kIdentity:
      return OkStatus();
    case PolicyOp::kShearX:
      return affine({0, {}, 1, {{lean, 0}}}, kCorner);
    case PolicyOp::kShearY:
      return affine({0, {}, 1, {{0, lean}}}, kCorner);
    case PolicyOp::kTranslateX:
      return affine({0, {{draw.value, 0}}, 1, {}}, std::nullopt);
    case PolicyOp::kTranslateY:
      return affine({0, {{0, draw.value}}, 1, {}}, std::nullopt);
    case PolicyOp::kRotate:
      return warp(RotationOf(draw.value, false, std::nullopt, width, height).matrix);
    case PolicyOp::kBrightness:
      return plan->Add(BrightnessStep{factor});
    case PolicyOp::kColor:
      return plan->Add(SaturationStep{factor});
    case PolicyOp::kContrast:
      return plan->Add(ContrastStep{factor});
    case PolicyOp::kSharpness:
      return plan->Add(SharpnessStep{factor});
    case PolicyOp::kPosterize:
      return plan->Add(PosterizeStep{static_cast<int32_t>(draw.value)});
    case PolicyOp::kSolarize:
      return plan->Add(SolarizeStep{factor});
    case PolicyOp::kAutoContrast:
      return plan->Add(AutocontrastStep());
    case PolicyOp::kEqualize:
      return plan->Add(EqualizeStep());
    case PolicyOp::kInvert:
      return plan->Add(InvertStep());
  }
  return OkStatus();
}

}  // namespace saker
