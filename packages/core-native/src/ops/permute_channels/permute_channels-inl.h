// PermuteChannels' step for Highway.
#if defined(SAKER_OPS_PERMUTE_CHANNELS_PERMUTE_CHANNELS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SAKER_OPS_PERMUTE_CHANNELS_PERMUTE_CHANNELS_INL_H_
#undef SAKER_OPS_PERMUTE_CHANNELS_PERMUTE_CHANNELS_INL_H_
#else
#define SAKER_OPS_PERMUTE_CHANNELS_PERMUTE_CHANNELS_INL_H_
#endif

#include "hwy/highway.h"
#include "ops/core/planar-inl.h"
#include "ops/permute_channels/permute_channels_steps.h"

HWY_BEFORE_NAMESPACE();
namespace saker {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

HWY_INLINE void PointwiseRow(const PermuteStep& step, const PlanarRow& row, int32_t width,
                             int32_t) {
  ForPixels(row, width, [&](VF& r, VF& g, VF& b) HWY_ATTR {
    const VF in_r = r, in_g = g, in_b = b;
    const auto from = [&](int32_t c) HWY_ATTR { return c == 0 ? in_r : (c == 1 ? in_g : in_b); };
    r = from(step.permutation[0]);
    g = from(step.permutation[1]);
    b = from(step.permutation[2]);
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace saker
HWY_AFTER_NAMESPACE();

#endif  // SAKER_OPS_PERMUTE_CHANNELS_PERMUTE_CHANNELS_INL_H_
