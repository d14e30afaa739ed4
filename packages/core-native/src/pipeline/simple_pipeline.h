// The reference executor: double precision, whole buffers, one loop per idea. The authority that
// the fused executor is tested against; it shares no code with it, nor with the weight tables.
#ifndef SAKER_PIPELINE_SIMPLE_PIPELINE_H_
#define SAKER_PIPELINE_SIMPLE_PIPELINE_H_

#include "pipeline/executor.h"

namespace saker {

// As Execute in pipeline/executor.h, which checks the arguments first.
Status ExecuteSimple(const SamplePlan& plan, const DecodedImage& image, const OutputView& out);

}  // namespace saker

#endif  // SAKER_PIPELINE_SIMPLE_PIPELINE_H_
