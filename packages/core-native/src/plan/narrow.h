// Narrowing: a plan computes no pixel that its output does not need.
#ifndef SAKER_PLAN_NARROW_H_
#define SAKER_PLAN_NARROW_H_

#include "ops/core/plan_builder.h"

namespace saker {

// Fills in the size of the picture after every step, and cuts what a warp or a resample does not
// read from the picture before it, back to the source's chains. Not through steps that need the
// whole picture or work by place.
void NarrowSteps(PlanBuilder* plan);

}  // namespace saker

#endif  // SAKER_PLAN_NARROW_H_
