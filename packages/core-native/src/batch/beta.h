// Samples of the symmetric beta distribution, from uniform words alone.
#ifndef SAKER_BATCH_BETA_H_
#define SAKER_BATCH_BETA_H_

#include "ops/core/philox.h"

namespace saker {

// Beta(alpha, alpha) on [0, 1], alpha > 0. Johnk's method (1964) on logarithms up to alpha 1, so
// that a small alpha does not underflow; Cheng's BB (1978) above. Rejection: draws a varying number
// of words, four on average at most.
double SampleBeta(double alpha, RandomStream* random);

}  // namespace saker

#endif  // SAKER_BATCH_BETA_H_
