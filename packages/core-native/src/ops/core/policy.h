// The vocabulary of the augmentation policies: 15 ops, what a strength means for each, and how a
// policy applies one. The ranges are those of the papers as torchvision has them:
//   AutoAugment (Cubuk et al., CVPR 2019), RandAugment (Cubuk et al., NeurIPS 2020),
//   TrivialAugment Wide (Mueller, Hutter, ICCV 2021), AugMix (Hendrycks et al., ICLR 2020).
// Applying an op adds the very steps that the op of its own would add, so the pixels are the same.
#ifndef SAKER_OPS_CORE_POLICY_H_
#define SAKER_OPS_CORE_POLICY_H_

#include <array>
#include <cstdint>

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"

namespace saker {

enum class PolicyOp : uint8_t {
  kIdentity,
  kShearX,
  kShearY,
  kTranslateX,
  kTranslateY,
  kRotate,
  kBrightness,
  kColor,
  kContrast,
  kSharpness,
  kPosterize,
  kSolarize,
  kAutoContrast,
  kEqualize,
  kInvert,
};

// What the highest strength is. The lowest is 0 (posterize: posterize_from bits; solarize: 255).
struct PolicyRanges {
  double shear;             // tangent of the angle
  double translate;         // pixels for a side of `translate_side`, in proportion for others
  double translate_side;    // 0: the same for all sides
  double rotate;            // degrees
  double enhance;           // distance of the factor from 1
  int32_t posterize_from;   // bits
  int32_t posterize_steps;  // bits lost at the highest strength
};
inline constexpr PolicyRanges kRandRanges{0.3, 150, 331, 30, 0.9, 8, 4};
inline constexpr PolicyRanges kWideRanges{0.99, 32, 0, 135, 0.99, 8, 6};
inline constexpr PolicyRanges kMixRanges{0.3, 1, 3, 30, 0.9, 4, 4};

// An op with its parameter: tangent, pixels (whole), degrees, factor, bits or threshold.
struct PolicyDraw {
  PolicyOp op = PolicyOp::kIdentity;
  double value = 0;
};

// Strength `bin` of 0..bins-1 (bins >= 2) on a picture of this size. `negative` counts for shear,
// translate, rotate and the enhancements only.
PolicyDraw PolicyAt(const PolicyRanges& ranges, PolicyOp op, int32_t bin, int32_t bins,
                    bool negative, int32_t width, int32_t height);

// The ops that TrivialAugment and RandAugment draw from.
inline constexpr PolicyOp kUnsupervisedOps[] = {
    PolicyOp::kIdentity,   PolicyOp::kShearX,    PolicyOp::kShearY,     PolicyOp::kTranslateX,
    PolicyOp::kTranslateY, PolicyOp::kRotate,    PolicyOp::kBrightness, PolicyOp::kColor,
    PolicyOp::kContrast,   PolicyOp::kSharpness, PolicyOp::kPosterize,  PolicyOp::kSolarize,
    PolicyOp::kAutoContrast, PolicyOp::kEqualize};
inline constexpr uint32_t kUnsupervisedOpCount = 14;

// CheckOp of a policy of up to `count` ops.
Status CheckPolicy(const char* name, int32_t count, Interpolation filter, ProgramWalk* walk);

// Adds what `draw` stands for.
Status ApplyPolicyOp(const PolicyDraw& draw, Interpolation filter,
                     const std::array<double, 3>& fill, PlanBuilder* plan);

}  // namespace saker

#endif  // SAKER_OPS_CORE_POLICY_H_
