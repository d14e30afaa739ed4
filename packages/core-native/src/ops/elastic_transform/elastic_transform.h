// ElasticTransform (Simard, Steinkraus, Platt: "Best practices for convolutional neural networks
// applied to visual document analysis", ICDAR 2003, as torchvision has it). Offsets u and v of
// every pixel are uniform on -1..1, smoothed by Gaussians: u with int(8 sigma_x + 1) taps, made odd,
// on both axes, v with those of sigma_y; the border is reflected as in GaussianBlur. Output (x, y) is
// the input at (x + alpha_x / 2 u, y + alpha_y / 2 v). Neighbours outside the picture have the fill
// colour (torchvision multiplies them with the weight inside once more). The noise is a function of
// (key, x, y). 2 words.
#ifndef SAKER_OPS_ELASTIC_TRANSFORM_ELASTIC_TRANSFORM_H_
#define SAKER_OPS_ELASTIC_TRANSFORM_ELASTIC_TRANSFORM_H_

#include <cstdint>

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"
#include "ops/elastic_transform/elastic_transform_steps.h"

namespace saker {

inline Status CheckOp(const ElasticTransformParams& params, ProgramWalk* walk) {
  if (params.interpolation == Interpolation::kLanczos) {
    return Status(ErrorCode::kPipelineUnsupported,
                  "ElasticTransform has no interpolation lanczos; nearest, bilinear or bicubic");
  }
  return walk->AddSteps("ElasticTransform", 1, PassKind::kPicture);
}

inline Status PlanOp(const ElasticTransformParams& params, RandomStream* random,
                     PlanBuilder* plan) {
  ElasticStep step;
  for (size_t axis = 0; axis < 2; ++axis) {
    step.amount[axis] = params.alpha[axis] / 2;
    step.sigma[axis] = params.sigma[axis];
    step.taps[axis] = static_cast<int32_t>(8 * params.sigma[axis] + 1) | 1;
  }
  for (size_t c = 0; c < 3; ++c) step.fill[c] = static_cast<float>(params.fill[c]);
  step.filter = params.interpolation;
  step.noise = {random->NextWord(), random->NextWord()};
  return plan->Add(step);
}

}  // namespace saker

#endif  // SAKER_OPS_ELASTIC_TRANSFORM_ELASTIC_TRANSFORM_H_
