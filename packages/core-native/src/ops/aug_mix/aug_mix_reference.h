// AugMix's blend, naive. Formula: aug_mix_steps.h.
#ifndef SAKER_OPS_AUG_MIX_AUG_MIX_REFERENCE_H_
#define SAKER_OPS_AUG_MIX_AUG_MIX_REFERENCE_H_

#include <vector>

#include "ops/aug_mix/aug_mix_steps.h"
#include "ops/core/reference_picture.h"

namespace saker {

inline void ReferenceStep(const MixStartStep& step, ReferencePicture* picture,
                          std::vector<ReferencePicture>* kept) {
  (*kept)[kMixOriginal] = *picture;
  (*kept)[kMixSum] = *picture;
  MapChannels([&step](double v) { return step.weight * v; }, &(*kept)[kMixSum]);
}

inline void ReferenceStep(const MixAddStep& step, ReferencePicture* picture,
                          std::vector<ReferencePicture>* kept) {
  ReferencePicture& sum = (*kept)[kMixSum];
  for (size_t i = 0; i < sum.pixels.size(); ++i) {
    for (const auto channel : kChannels)
      sum.pixels[i].*channel += step.weight * (picture->pixels[i].*channel);
  }
  *picture = step.last ? sum : (*kept)[kMixOriginal];
  if (step.last) MapChannels([](double v) { return Clamp255(v); }, picture);
}

}  // namespace saker

#endif  // SAKER_OPS_AUG_MIX_AUG_MIX_REFERENCE_H_
