// MixUp: Zhang et al., "mixup: Beyond Empirical Risk Minimization", ICLR 2018.
#ifndef SAKER_BATCH_MIX_UP_MIX_UP_H_
#define SAKER_BATCH_MIX_UP_MIX_UP_H_

#include "batch/beta.h"
#include "batch/mix.h"

namespace saker {

inline Mix DrawMix(const MixUpParams& params, const BatchShape&, RandomStream* random) {
  Mix mix;
  mix.keep = static_cast<float>(SampleBeta(params.alpha, random));
  return mix;
}

}  // namespace saker

#endif  // SAKER_BATCH_MIX_UP_MIX_UP_H_
