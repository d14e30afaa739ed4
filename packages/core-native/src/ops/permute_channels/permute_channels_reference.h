// PermuteChannels' step for the reference executor.
#ifndef SAKER_OPS_PERMUTE_CHANNELS_PERMUTE_CHANNELS_REFERENCE_H_
#define SAKER_OPS_PERMUTE_CHANNELS_PERMUTE_CHANNELS_REFERENCE_H_

#include "ops/core/reference_picture.h"
#include "ops/permute_channels/permute_channels_steps.h"

namespace saker {

inline void ReferenceStep(const PermuteStep& step, ReferencePicture* picture) {
  for (Rgb& p : picture->pixels) {
    const auto& from = step.permutation;
    p = {p.*kChannels[from[0]], p.*kChannels[from[1]], p.*kChannels[from[2]]};
  }
}

}  // namespace saker

#endif  // SAKER_OPS_PERMUTE_CHANNELS_PERMUTE_CHANNELS_REFERENCE_H_
