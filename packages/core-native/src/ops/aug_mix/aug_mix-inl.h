// AugMix's blend for Highway. Formula: aug_mix_steps.h.
#if defined(SAKER_OPS_AUG_MIX_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SAKER_OPS_AUG_MIX_INL_H_
#undef SAKER_OPS_AUG_MIX_INL_H_
#else
#define SAKER_OPS_AUG_MIX_INL_H_
#endif

#include <cstring>

#include "base/status.h"
#include "hwy/highway.h"
#include "ops/aug_mix/aug_mix_steps.h"
#include "ops/core/planar-inl.h"
#include "ops/core/planar_picture.h"

HWY_BEFORE_NAMESPACE();
namespace saker {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// functor(y, c) on every line of a picture, all of which are padded to whole vectors.
template <class F>
HWY_INLINE void ForLines(int32_t height, F&& functor) {
  for (int32_t y = 0; y < height; ++y) {
    for (int c = 0; c < 3; ++c) functor(y, c);
  }
}

inline Status RunPicture(const MixStartStep& step, const PlanarPicture& in,
                         const PlanarPicture& out, PictureArena* arena) {
  const PlanarPicture original = arena->Keep(kMixOriginal, in.width, in.height);
  const PlanarPicture sum = arena->Keep(kMixSum, in.width, in.height);
  if (original.first == nullptr || sum.first == nullptr) {
    return Status(ErrorCode::kMemory, "two pictures for AugMix");
  }
  const DF d;
  const VF weight = hn::Set(d, step.weight);
  const size_t bytes = static_cast<size_t>(in.width) * sizeof(float);
  ForLines(in.height, [&](int32_t y, int c) HWY_ATTR {
    const float* HWY_RESTRICT from = in.Line(y, c);
    float* HWY_RESTRICT to = sum.Line(y, c);
    for (int32_t x = 0; x < in.width; x += kLanes)
      hn::Store(hn::Mul(weight, hn::Load(d, from + x)), d, to + x);
    std::memcpy(original.Line(y, c), from, bytes);
    std::memcpy(out.Line(y, c), from, bytes);
  });
  return OkStatus();
}

inline Status RunPicture(const MixAddStep& step, const PlanarPicture& in, const PlanarPicture& out,
                         PictureArena* arena) {
  const PlanarPicture original = arena->kept(kMixOriginal), sum = arena->kept(kMixSum);
  const DF d;
  const VF weight = hn::Set(d, step.weight);
  const size_t bytes = static_cast<size_t>(in.width) * sizeof(float);
  ForLines(in.height, [&](int32_t y, int c) HWY_ATTR {
    const float* HWY_RESTRICT from = in.Line(y, c);
    float* HWY_RESTRICT add = sum.Line(y, c);
    float* HWY_RESTRICT to = out.Line(y, c);
    for (int32_t x = 0; x < in.width; x += kLanes) {
      const VF total = hn::MulAdd(weight, hn::Load(d, from + x), hn::Load(d, add + x));
      hn::Store(total, d, step.last ? to + x : add + x);
    }
    if (!step.last) {
      std::memcpy(to, original.Line(y, c), bytes);
      return;
    }
    for (int32_t x = 0; x < in.width; x += kLanes)
      hn::Store(Clamp255(d, hn::Load(d, to + x)), d, to + x);
  });
  return OkStatus();
}

}  // namespace HWY_NAMESPACE
}  // namespace saker
HWY_AFTER_NAMESPACE();

#endif  // SAKER_OPS_AUG_MIX_INL_H_
