// Resample has no reference of its own: the reference executor resamples it as it does the source
// (pipeline/simple_resample.h).
#ifndef SAKER_OPS_RESAMPLE_RESAMPLE_REFERENCE_H_
#define SAKER_OPS_RESAMPLE_RESAMPLE_REFERENCE_H_

#include "ops/resample/resample_steps.h"

#endif  // SAKER_OPS_RESAMPLE_RESAMPLE_REFERENCE_H_
