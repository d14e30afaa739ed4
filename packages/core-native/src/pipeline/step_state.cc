#include "pipeline/step_state.h"

#include "ops/adjust_gamma/adjust_gamma.h"
#include "ops/gaussian_blur/gaussian_blur.h"
#include "ops/random_autocontrast/random_autocontrast.h"
#include "ops/random_equalize/random_equalize.h"
#include "ops/random_posterize/random_posterize.h"
#include "ops/random_solarize/random_solarize.h"

namespace saker {

void PrepareStep(const ColorStep& step, StepState* state) {
  state->luma_sum = 0;
  switch (step.kind) {
    case ColorStepKind::kPosterize:
      PosterizeTable(step, &state->table);
      break;
    case ColorStepKind::kSolarize:
      SolarizeTable(step, &state->table);
      break;
    case ColorStepKind::kGamma:
      GammaTable(step, &state->table);
      break;
    case ColorStepKind::kAutocontrast:
    case ColorStepKind::kEqualize:
      for (auto& channel : state->histogram.count) channel.fill(0);
      break;
    case ColorStepKind::kBlur:
      for (size_t axis = 0; axis < 2; ++axis)
        GaussianWeights(step.whole[axis], step.factor, &state->along[axis]);
      break;
    default:
      break;
  }
}

void FinishStatistics(const ColorStep& step, double pixels, StepState* state) {
  if (step.kind == ColorStepKind::kContrast) {
    state->mean = static_cast<float>(state->luma_sum / pixels);
  } else if (step.kind == ColorStepKind::kAutocontrast) {
    AutocontrastTable(state->histogram, &state->table);
  } else if (step.kind == ColorStepKind::kEqualize) {
    EqualizeTable(state->histogram, &state->table);
  }
}

}  // namespace saker
