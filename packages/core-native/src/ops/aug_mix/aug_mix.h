// AugMix: the picture blended with chains of augmented copies of it (Hendrycks, Mu, Cubuk, Zoph,
// Gilmer, Lakshminarayanan: "AugMix: A Simple Data Processing Method to Improve Robustness and
// Uncertainty", ICLR 2020). Words: for each chain its depth, and an op, a strength and a sign for
// each of its places; then the weights, one for each gamma variate when alpha is 1, else three or
// more (rejection; nothing is drawn after them).
#ifndef SAKER_OPS_AUG_MIX_AUG_MIX_H_
#define SAKER_OPS_AUG_MIX_AUG_MIX_H_

#include <array>
#include <cstdint>

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/inline_vec.h"
#include "ops/core/plan_builder.h"
#include "ops/core/program_walk.h"
#include "ops/core/policy.h"

namespace saker {

inline constexpr int32_t kMixMostChains = 8, kMixMostDepth = 8, kMixDrawnDepth = 3;
inline constexpr int32_t kMixBins = 10;

// What was drawn for one picture.
struct MixDraw {
  InlineVec<InlineVec<PolicyDraw, kMixMostDepth>, kMixMostChains> chains;
  std::array<double, kMixMostChains> weights{};  // of the chains; with `original` they sum to 1
  double original = 1;
};

MixDraw DrawMix(const AugMixParams& params, int32_t width, int32_t height, RandomStream* random);

// Gamma(alpha, 1): -log(1 - u) for alpha 1, else Marsaglia and Tsang, "A simple method for
// generating gamma variables", ACM TOMS 2000.
double DrawGamma(double alpha, RandomStream* random);

Status CheckOp(const AugMixParams& params, ProgramWalk* walk);
Status PlanOp(const AugMixParams& params, RandomStream* random, PlanBuilder* plan);

}  // namespace saker

#endif  // SAKER_OPS_AUG_MIX_AUG_MIX_H_
