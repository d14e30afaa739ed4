// StepState: what a run keeps for one colour step: tables, weights, and the statistics of the
// picture.
#ifndef SAKER_PIPELINE_STEP_STATE_H_
#define SAKER_PIPELINE_STEP_STATE_H_

#include <cstdint>
#include <vector>

#include "ops/core/color_step.h"
#include "ops/core/level_table.h"

namespace saker {

struct StepState {
  double luma_sum = 0;  // kContrast: gathered; then its mean
  float mean = 0;
  LevelHistogram histogram;     // kAutocontrast, kEqualize: gathered; then the table
  LevelTable table;             // also of kPosterize, kSolarize, kGamma
  std::vector<float> along[2];  // kBlur: weights along x and y
};

// Before the first pixel: clears the statistics, fills what the parameters alone decide.
void PrepareStep(const ColorStep& step, StepState* state);

// Between the last pixel gathered and the first one mapped. `pixels`: of the picture.
void FinishStatistics(const ColorStep& step, double pixels, StepState* state);

}  // namespace saker

#endif  // SAKER_PIPELINE_STEP_STATE_H_
