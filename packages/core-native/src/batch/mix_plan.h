// Draws the mixes of a batch.
#ifndef SAKER_BATCH_MIX_PLAN_H_
#define SAKER_BATCH_MIX_PLAN_H_

#include <cstdint>
#include <vector>

#include "batch/mix.h"

namespace saker {

// What a batch's randomness is a function of.
struct BatchKey {
  uint64_t seed = 0;
  uint32_t epoch = 0;
  uint32_t batch = 0;  // number within the epoch
};

// The mixes of step `step` of the batch stage, one for each of shape.count items. The partner of i
// is count - 1 - i (timm's), unless that is i itself or `usable` (0: the picture failed) says no of
// either. What is drawn depends on the key, the step and the position alone: a failed picture
// changes nobody's lambda.
void PlanMixes(const BatchStep& step, uint32_t step_index, const BatchKey& key,
               const BatchShape& shape, const uint8_t* usable, std::vector<Mix>* mixes);

}  // namespace saker

#endif  // SAKER_BATCH_MIX_PLAN_H_
