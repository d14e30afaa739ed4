#include "ops/aug_mix/aug_mix.h"

#include <algorithm>
#include <cmath>

#include "ops/aug_mix/aug_mix_steps.h"

namespace saker {
namespace {

constexpr PolicyOp kMixOps[] = {
    PolicyOp::kShearX,    PolicyOp::kShearY,       PolicyOp::kTranslateX, PolicyOp::kTranslateY,
    PolicyOp::kRotate,    PolicyOp::kPosterize,    PolicyOp::kSolarize,   PolicyOp::kAutoContrast,
    PolicyOp::kEqualize,  PolicyOp::kBrightness,   PolicyOp::kColor,      PolicyOp::kContrast,
    PolicyOp::kSharpness,
};
constexpr uint32_t kAllMixOps = 13, kPartialMixOps = 9;  // the enhancements stand last

// Standard normal (Box and Muller 1958, the cosine half); two words.
double DrawNormal(RandomStream* random) {
  const double radius = std::sqrt(-2 * std::log(1 - random->Uniform()));
  return radius * std::cos(2 * 3.14159265358979323846 * random->Uniform());
}

}  // namespace

double DrawGamma(double alpha, RandomStream* random) {
  if (alpha == 1) return -std::log(1 - random->Uniform());
  if (alpha < 1) {
    // Gamma(alpha) = Gamma(alpha + 1) * U^(1 / alpha); 1 - U keeps it above 0.
    const double scale = std::pow(1 - random->Uniform(), 1 / alpha);
    return DrawGamma(alpha + 1, random) * scale;
  }
  const double d = alpha - 1.0 / 3, c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double x = DrawNormal(random);
    const double u = 1 - random->Uniform();
    const double v = std::pow(1 + c * x, 3);
    if (v > 0 && std::log(u) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v;
  }
}

MixDraw DrawMix(const AugMixParams& params, int32_t width, int32_t height, RandomStream* random) {
  MixDraw mix;
  const bool drawn = params.chain_depth < 1;
  const int32_t most = drawn ? kMixDrawnDepth : params.chain_depth;
  const uint32_t ops = params.all_ops ? kAllMixOps : kPartialMixOps;
  for (int32_t k = 0; k < params.mixture_width; ++k) {
    const int32_t draw = 1 + static_cast<int32_t>(random->Below(kMixDrawnDepth));
    const int32_t depth = drawn ? draw : most;
    InlineVec<PolicyDraw, kMixMostDepth> chain;
    for (int32_t i = 0; i < most; ++i) {
      const PolicyOp op = kMixOps[random->Below(ops)];
      const int32_t bin =
          static_cast<int32_t>(random->Below(static_cast<uint32_t>(params.severity)));
      const bool negative = random->Uniform() < 0.5;
      if (i < depth)
        chain.push_back(PolicyAt(kMixRanges, op, bin, kMixBins, negative, width, height));
    }
    mix.chains.push_back(chain);
  }
  const double a = DrawGamma(params.alpha, random), b = DrawGamma(params.alpha, random);
  double sum = 0;
  for (int32_t k = 0; k < params.mixture_width; ++k) {
    mix.weights[static_cast<size_t>(k)] = DrawGamma(params.alpha, random);
    sum += mix.weights[static_cast<size_t>(k)];
  }
  // All variates 0 has no share; it needs an alpha so small that a power underflows.
  mix.original = a + b > 0 ? a / (a + b) : 0.5;
  for (int32_t k = 0; k < params.mixture_width; ++k) {
    double& weight = mix.weights[static_cast<size_t>(k)];
    weight = (1 - mix.original) * (sum > 0 ? weight / sum : 1.0 / params.mixture_width);
  }
  return mix;
}

Status CheckOp(const AugMixParams& params, ProgramWalk* walk) {
  const int32_t depth = params.chain_depth < 1 ? kMixDrawnDepth : params.chain_depth;
  SAKER_RETURN_IF_ERROR(
      CheckPolicy("AugMix", params.mixture_width * depth, params.interpolation, walk));
  return walk->AddSteps("AugMix", 1 + params.mixture_width, PassKind::kPicture);
}

Status PlanOp(const AugMixParams& params, RandomStream* random, PlanBuilder* plan) {
  const MixDraw mix = DrawMix(params, plan->width(), plan->height(), random);
  SAKER_RETURN_IF_ERROR(plan->Add(MixStartStep{static_cast<float>(mix.original)}));
  for (size_t k = 0; k < mix.chains.size(); ++k) {
    for (const PolicyDraw& draw : mix.chains[k])
      SAKER_RETURN_IF_ERROR(ApplyPolicyOp(draw, params.interpolation, params.fill, plan));
    const bool last = k + 1 == mix.chains.size();
    SAKER_RETURN_IF_ERROR(plan->Add(MixAddStep{static_cast<float>(mix.weights[k]), last}));
  }
  return OkStatus();
}

}  // namespace saker
