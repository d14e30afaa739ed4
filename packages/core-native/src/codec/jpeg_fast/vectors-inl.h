// Vector types of the JPEG decoder for one SIMD target, and the 16-to-32-bit steps that Highway has
// no portable name for.
#if defined(SAKER_CODEC_JPEG_FAST_VECTORS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SAKER_CODEC_JPEG_FAST_VECTORS_INL_H_
#undef SAKER_CODEC_JPEG_FAST_VECTORS_INL_H_
#else
#define SAKER_CODEC_JPEG_FAST_VECTORS_INL_H_
#endif

#include <cstddef>
#include <cstdint>

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace saker {
namespace HWY_NAMESPACE {
namespace jpeg_fast_simd {
namespace hn = hwy::HWY_NAMESPACE;

// x86 narrows and interleaves within 128-bit parts, whatever the width; elsewhere one part is used.
#if HWY_ARCH_X86
using D16 = hn::ScalableTag<int16_t>;
#else
using D16 = hn::FixedTag<int16_t, 8>;
#endif
using D32 = hn::Repartition<int32_t, D16>;
using D64 = hn::Repartition<int64_t, D16>;
using D8 = hn::Repartition<uint8_t, D16>;
using V16 = hn::Vec<D16>;
using V32 = hn::Vec<D32>;

constexpr size_t kLanes16 = hn::MaxLanes(D16());
constexpr int kBlocks = static_cast<int>(kLanes16 / 8);

// 32-bit values of a V16's lanes: of each 128-bit part, `lo` has those of lanes 0..3, `hi` of 4..7.
struct Wide {
  V32 lo, hi;
};

// Narrows with saturation; undoes the split of Wide.
HWY_INLINE V16 Narrow(V32 lo, V32 hi) {
#if HWY_ARCH_X86
  return hn::ReorderDemote2To(D16(), lo, hi);
#else
  const hn::Half<D16> half;
  return hn::Combine(D16(), hn::DemoteTo(half, hi), hn::DemoteTo(half, lo));
#endif
}

// a * kA + b * kB.
template <int kA, int kB>
HWY_INLINE Wide MulAdd2(V16 a, V16 b) {
  static_assert(kA >= -32768 && kA <= 32767 && kB >= -32768 && kB <= 32767, "16-bit constants");
  const D16 d;
  const D32 d32;
#if HWY_ARCH_X86
  const V16 factors =
      hn::BitCast(d, hn::Set(d32, static_cast<int32_t>((static_cast<uint32_t>(kB) << 16) |
                                                       (static_cast<uint32_t>(kA) & 0xffff))));
  V32 unused = hn::Zero(d32);
  const V32 zero = hn::Zero(d32);
  return {
      hn::ReorderWidenMulAccumulate(d32, hn::InterleaveLower(d, a, b), factors, zero, unused),
      hn::ReorderWidenMulAccumulate(d32, hn::InterleaveUpper(d, a, b), factors, zero, unused)};
#else
  const V32 fa = hn::Set(d32, kA), fb = hn::Set(d32, kB);
  const hn::Half<D16> half;
  const auto part = [&](auto x, auto y)
                        HWY_ATTR { return hn::Add(hn::Mul(hn::PromoteTo(d32, x), fa),
                                                  hn::Mul(hn::PromoteTo(d32, y), fb)); };
  return {part(hn::LowerHalf(half, a), hn::LowerHalf(half, b)),
          part(hn::UpperHalf(half, a), hn::UpperHalf(half, b))};
#endif
}

// v * 2^13.
HWY_INLINE Wide Widen13(V16 v) {
  const D16 d;
  const D32 d32;
  const V16 zero = hn::Zero(d);
  return {hn::ShiftRight<3>(hn::BitCast(d32, hn::InterleaveLower(d, zero, v))),
          hn::ShiftRight<3>(hn::BitCast(d32, hn::InterleaveUpper(d, zero, v)))};
}

}  // namespace jpeg_fast_simd
}  // namespace HWY_NAMESPACE
}  // namespace saker
HWY_AFTER_NAMESPACE();

#endif  // SAKER_CODEC_JPEG_FAST_VECTORS_INL_H_
