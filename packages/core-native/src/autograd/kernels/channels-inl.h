// A loop over channels with vectors of any width, compiled once per SIMD target.
#if defined(SAKER_AUTOGRAD_KERNELS_CHANNELS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SAKER_AUTOGRAD_KERNELS_CHANNELS_INL_H_
#undef SAKER_AUTOGRAD_KERNELS_CHANNELS_INL_H_
#else
#define SAKER_AUTOGRAD_KERNELS_CHANNELS_INL_H_
#endif

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace saker::autograd {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Calls f(tag, c) for vectors of channels from 0 to `channels`, narrower ones at the end.
template <class F>
HWY_INLINE void ForChannels(size_t channels, F&& f) {
  size_t c = 0;
  const hn::ScalableTag<float> d;
  for (; c + hn::Lanes(d) <= channels; c += hn::Lanes(d)) f(d, c);
  const hn::CappedTag<float, 8> d8;
  for (; c + hn::Lanes(d8) <= channels; c += hn::Lanes(d8)) f(d8, c);
  const hn::CappedTag<float, 4> d4;
  for (; c + hn::Lanes(d4) <= channels; c += hn::Lanes(d4)) f(d4, c);
  const hn::CappedTag<float, 1> d1;
  for (; c < channels; ++c) f(d1, c);
}

}  // namespace HWY_NAMESPACE
}  // namespace saker::autograd
HWY_AFTER_NAMESPACE();
#endif
