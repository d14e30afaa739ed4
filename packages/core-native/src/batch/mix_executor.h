// Executors of a mix plan: the reference (double, by the definition, copies the batch) and the fast
// one (in place, row by row). Both on f32 pixels; a blend is keep * own + (1 - keep) * partner of
// the values as they came in, a box is copied to the bit.
#ifndef SAKER_BATCH_MIX_EXECUTOR_H_
#define SAKER_BATCH_MIX_EXECUTOR_H_

#include <vector>

#include "batch/mix.h"

namespace saker {

// `mixes` has shape.count items whose partners are mutual or -1 (what PlanMixes gives); `data` holds
// shape.count items. `rows` is memory to work in.
void MixPixels(const std::vector<Mix>& mixes, const BatchShape& shape, float* data,
               std::vector<float>* rows);

// The reference: any partners.
void MixPixelsSimple(const std::vector<Mix>& mixes, const BatchShape& shape, float* data);

// Blends the rows of `targets`, [mixes.size(), classes], by the same rule. Mutual partners.
void MixTargets(const std::vector<Mix>& mixes, int32_t classes, float* targets);

}  // namespace saker

#endif  // SAKER_BATCH_MIX_EXECUTOR_H_
