// The row loops of the fused executor, for one SIMD target.
//
// Layouts: ring rows are f32 RGBx (x unused), so that one 128-bit block is one pixel. The
// horizontal pass takes kRows source rows at once, interleaved [x][row][4]: a weight is then one
// broadcast for all of them, whatever the number of taps, and no horizontal add is needed. Pixels
// stay u8 until they are multiplied: widening one anew for every tap costs less than an f32 line
// that does not fit L1 (measured, 12 % of the whole stage).
#if defined(SAKER_PIPELINE_FUSED_CPU_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SAKER_PIPELINE_FUSED_CPU_INL_H_
#undef SAKER_PIPELINE_FUSED_CPU_INL_H_
#else
#define SAKER_PIPELINE_FUSED_CPU_INL_H_
#endif

// Highway's one-lane scalar target, the fallback for an x86 without SSSE3, has no blocks: it runs
// the reference executor instead.
#include "hwy/highway.h"
#if HWY_TARGET != HWY_SCALAR

#include <cstring>

#include "ops/grayscale/grayscale-inl.h"
#include "ops/normalize/normalize-inl.h"
#include "pipeline/fused_steps-inl.h"
#include "plan/axis_table.h"
#include "plan/plan.h"

HWY_BEFORE_NAMESPACE();
namespace saker {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// ---- horizontal pass ----

// Spreads 4 pixels of `channels` bytes into 4 x RGBx. Reads 16 bytes.
HWY_INLINE hn::Vec<hn::FixedTag<uint8_t, 16>> LoadPixels4(const uint8_t* p, int channels) {
  const hn::FixedTag<uint8_t, 16> d8;
  alignas(16) static constexpr uint8_t kRgb[16] = {0, 1, 2, 2, 3, 4,  5,  5,
                                                   6, 7, 8, 8, 9, 10, 11, 11};
  alignas(16) static constexpr uint8_t kGrey[16] = {0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3};
  return hn::TableLookupBytes(hn::LoadU(d8, p), hn::Load(d8, channels == 3 ? kRgb : kGrey));
}

// Interleaves 4 pixels of kRows rows to [x][row][4] bytes: 16 * kRows of them.
HWY_INLINE void SpreadPixels4(const uint8_t* const* rows, int channels, uint8_t* HWY_RESTRICT to) {
  const hn::FixedTag<uint8_t, 16> d8;
  const hn::FixedTag<uint32_t, 4> d32;
  const hn::FixedTag<uint64_t, 2> d64;
  const auto a = hn::BitCast(d32, LoadPixels4(rows[0], channels));
  if constexpr (kRows == 1) {
    hn::StoreU(hn::BitCast(d8, a), d8, to);
  } else {
    const auto b = hn::BitCast(d32, LoadPixels4(rows[1], channels));
    const auto ab_lo = hn::InterleaveLower(d32, a, b), ab_hi = hn::InterleaveUpper(d32, a, b);
    if constexpr (kRows == 2) {
      hn::StoreU(hn::BitCast(d8, ab_lo), d8, to);
      hn::StoreU(hn::BitCast(d8, ab_hi), d8, to + 16);
    } else {
      const auto c = hn::BitCast(d32, LoadPixels4(rows[2], channels));
      const auto e = hn::BitCast(d32, LoadPixels4(rows[3], channels));
      const auto ce_lo = hn::BitCast(d64, hn::InterleaveLower(d32, c, e));
      const auto ce_hi = hn::BitCast(d64, hn::InterleaveUpper(d32, c, e));
      const auto lo = hn::BitCast(d64, ab_lo), hi = hn::BitCast(d64, ab_hi);
      hn::StoreU(hn::BitCast(d8, hn::InterleaveLower(d64, lo, ce_lo)), d8, to);
      hn::StoreU(hn::BitCast(d8, hn::InterleaveUpper(d64, lo, ce_lo)), d8, to + 16);
      hn::StoreU(hn::BitCast(d8, hn::InterleaveLower(d64, hi, ce_hi)), d8, to + 32);
      hn::StoreU(hn::BitCast(d8, hn::InterleaveUpper(d64, hi, ce_hi)), d8, to + 48);
    }
  }
}

// kRows rows of `width` u8 pixels to u8 [x][row][4]; `bytes` holds width rounded up to 4 pixels.
// Never reads past the end of a row.
HWY_INLINE void ExpandRows(const uint8_t* const* rows, int width, int channels,
                           uint8_t* HWY_RESTRICT bytes) {
  const uint8_t* at[4] = {};
  for (int r = 0; r < kRows; ++r) at[r] = rows[r];
  int x = 0;
  for (; (width - x) * channels >= 16; x += 4) {
    SpreadPixels4(at, channels, bytes + x * 4 * kRows);
    for (int r = 0; r < kRows; ++r) at[r] += 4 * channels;
  }
  if (x < width) {
    uint8_t tail[4][32] = {};
    const uint8_t* tail_at[4];
    for (int r = 0; r < kRows; ++r) {
      std::memcpy(tail[r], at[r], static_cast<size_t>((width - x) * channels));
      tail_at[r] = tail[r];
    }
    for (; x < width; x += 4) {
      SpreadPixels4(tail_at, channels, bytes + x * 4 * kRows);
      for (int r = 0; r < kRows; ++r) tail_at[r] += 4 * channels;
    }
  }
}

HWY_INLINE VF Clamp255(DF d, VF v) { return hn::Min(hn::Max(v, hn::Zero(d)), hn::Set(d, 255.0f)); }

// Stores the kRows pixels of `v` at `at` of kRows rows that stand `stride` floats apart. A template
// so that the branches of other vector widths are not compiled.
template <class D, class V>
HWY_INLINE void StorePixels(D d, V v, float* HWY_RESTRICT at, size_t stride) {
  if constexpr (kRows == 1) {
    hn::Store(v, d, at);
  } else if constexpr (kRows == 2) {
    const hn::Half<D> dh;
    hn::Store(hn::LowerHalf(dh, v), dh, at);
    hn::Store(hn::UpperHalf(dh, v), dh, at + stride);
  } else {
    const hn::Half<D> dh;
    const hn::Half<hn::Half<D>> dq;
    const auto lo = hn::LowerHalf(dh, v), hi = hn::UpperHalf(dh, v);
    hn::Store(hn::LowerHalf(dq, lo), dq, at);
    hn::Store(hn::UpperHalf(dq, lo), dq, at + stride);
    hn::Store(hn::LowerHalf(dq, hi), dq, at + 2 * stride);
    hn::Store(hn::UpperHalf(dq, hi), dq, at + 3 * stride);
  }
}

// kRows source rows (`line`, from ExpandRows) through the x table, into kRows ring rows `stride`
// floats apart. `fill` is RGBx of the border colour, repeated to kLanes.
HWY_INLINE void HorizontalPass(const AxisTable& table, const uint8_t* HWY_RESTRICT line,
                               const float* HWY_RESTRICT fill, float* HWY_RESTRICT out,
                               size_t stride) {
  const DF d;
  const hn::Rebind<int32_t, DF> di;
  const hn::Rebind<uint8_t, DF> d8;
  const VF border = hn::Load(d, fill);
  const float* HWY_RESTRICT weights = table.weights.data();
  for (int32_t o = 0; o < table.size; ++o, weights += table.taps) {
    const uint8_t* HWY_RESTRICT from = line + static_cast<size_t>(table.start[o]) * kLanes;
    VF sum = hn::Mul(border, hn::Set(d, 1.0f - table.inside[o]));
    for (int32_t k = 0; k < table.count[o]; ++k) {
      sum = hn::MulAdd(
          hn::ConvertTo(d,
                        hn::PromoteTo(di, hn::LoadU(d8, from + static_cast<size_t>(k) * kLanes))),
          hn::Set(d, weights[k]), sum);
    }
    StorePixels(d, Clamp255(d, sum), out + static_cast<size_t>(o) * 4, stride);
  }
}

// ---- vertical pass ----

// `count` ring rows of `floats` floats (padded to kLanes) to one, weighted.
HWY_INLINE void VerticalPass(const float* const* rows, const float* weights, int32_t count,
                             float outside, const float* HWY_RESTRICT fill, int32_t floats,
                             float* HWY_RESTRICT out) {
  const DF d;
  const VF border = hn::Mul(hn::Load(d, fill), hn::Set(d, outside));
  for (int32_t i = 0; i < floats; i += kLanes) {
    VF sum = border;
    for (int32_t k = 0; k < count; ++k) {
      sum = hn::MulAdd(hn::Load(d, rows[k] + i), hn::Set(d, weights[k]), sum);
    }
    hn::Store(Clamp255(d, sum), d, out + i);
  }
}

// ---- store ----

// `count` values of one row from `from` (padded to kLanes) to `to`, scaled and biased, or rounded
// half up to u8. Writes exactly `count` values.
HWY_INLINE void StoreF32(const float* HWY_RESTRICT from, int32_t count, float scale, float bias,
                         float* HWY_RESTRICT to) {
  const DF d;
  const VF s = hn::Set(d, scale), b = hn::Set(d, bias);
  int32_t x = 0;
  for (; x + kLanes <= count; x += kLanes)
    hn::StoreU(ScaleBias(hn::Load(d, from + x), s, b), d, to + x);
  if (x < count) {
    HWY_ALIGN float tail[kLanes];
    hn::Store(ScaleBias(hn::Load(d, from + x), s, b), d, tail);
    std::memcpy(to + x, tail, static_cast<size_t>(count - x) * sizeof(float));
  }
}

HWY_INLINE void StoreU8(const float* HWY_RESTRICT from, int32_t count, uint8_t* HWY_RESTRICT to) {
  const DF d;
  const hn::Rebind<int32_t, DF> di;
  const hn::Rebind<uint8_t, DF> d8;
  const VF half = hn::Set(d, 0.5f);
  const auto rounded = [&](int32_t x) HWY_ATTR {
    return hn::DemoteTo(d8, hn::ConvertTo(di, hn::Add(hn::Load(d, from + x), half)));
  };
  int32_t x = 0;
  for (; x + kLanes <= count; x += kLanes) hn::StoreU(rounded(x), d8, to + x);
  if (x < count) {
    HWY_ALIGN uint8_t tail[64];
    hn::StoreU(rounded(x), d8, tail);
    std::memcpy(to + x, tail, static_cast<size_t>(count - x));
  }
}

// Planar rows to pixels of 3 values, in place of `rgb` (3 * width floats, padded), scaled and
// biased.
HWY_INLINE void InterleaveScaled(const SamplePlan& plan, const PlanarRow& row, int32_t width,
                                 float* HWY_RESTRICT rgb) {
  const DF d;
  const VF sr = hn::Set(d, plan.scale[0]), sg = hn::Set(d, plan.scale[1]),
           sb = hn::Set(d, plan.scale[2]);
  const VF br = hn::Set(d, plan.bias[0]), bg = hn::Set(d, plan.bias[1]),
           bb = hn::Set(d, plan.bias[2]);
  for (int32_t x = 0; x < width; x += kLanes) {
    hn::StoreInterleaved3(
        ScaleBias(hn::Load(d, row.r + x), sr, br), ScaleBias(hn::Load(d, row.g + x), sg, bg),
        ScaleBias(hn::Load(d, row.b + x), sb, bb), d, rgb + static_cast<size_t>(x) * 3);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace saker
HWY_AFTER_NAMESPACE();

#endif  // HWY_TARGET != HWY_SCALAR
#endif  // SAKER_PIPELINE_FUSED_CPU_INL_H_
