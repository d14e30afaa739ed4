// CutMix: Yun et al., "CutMix: Regularization Strategy to Train Strong Classifiers", ICCV 2019.
#ifndef SAKER_BATCH_CUT_MIX_CUT_MIX_H_
#define SAKER_BATCH_CUT_MIX_CUT_MIX_H_

#include <algorithm>
#include <cmath>

#include "batch/beta.h"
#include "batch/mix.h"

namespace saker {

// [from, from + size) of an axis of `length` pixels: `side` pixels about `center`, cut at the edges.
inline void CutSpan(int32_t length, int32_t center, double side, int32_t* from, int32_t* size) {
  const int32_t half = static_cast<int32_t>(side * length) / 2;
  *from = std::max(center - half, 0);
  *size = std::min(center + half, length) - *from;
}

// torchvision's and timm's box: their integer steps agree.
inline Mix DrawMix(const CutMixParams& params, const BatchShape& shape, RandomStream* random) {
  Mix mix;
  mix.cut = true;
  const double keep = SampleBeta(params.alpha, random), side = std::sqrt(1 - keep);
  const int32_t x = static_cast<int32_t>(random->Below(static_cast<uint32_t>(shape.width)));
  const int32_t y = static_cast<int32_t>(random->Below(static_cast<uint32_t>(shape.height)));
  CutSpan(shape.width, x, side, &mix.box.x, &mix.box.width);
  CutSpan(shape.height, y, side, &mix.box.y, &mix.box.height);
  const double area = static_cast<double>(mix.box.width) * mix.box.height;
  const double left = 1 - area / (static_cast<double>(shape.width) * shape.height);
  mix.keep = static_cast<float>(params.correct_lam ? left : keep);
  return mix;
}

}  // namespace saker

#endif  // SAKER_BATCH_CUT_MIX_CUT_MIX_H_
