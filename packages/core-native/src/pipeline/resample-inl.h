// The resampling rows of the fused executor, for one SIMD target.
//
// Layouts: ring rows are f32 RGBx (x unused), so that one 128-bit block is one pixel. The
// horizontal pass takes kRows source rows at once, interleaved [x][row][4]: a weight is then one
// broadcast for all of them, whatever the number of taps, and no horizontal add is needed. Pixels
// stay u8 until they are multiplied: widening one anew for every tap costs less than an f32 line
// that does not fit L1 (measured, 12 % of the whole stage).
#if defined(SAKER_PIPELINE_RESAMPLE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SAKER_PIPELINE_RESAMPLE_INL_H_
#undef SAKER_PIPELINE_RESAMPLE_INL_H_
#else
#define SAKER_PIPELINE_RESAMPLE_INL_H_
#endif

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "hwy/highway.h"
#include "ops/core/planar-inl.h"
#include "pipeline/resample_scratch.h"

HWY_BEFORE_NAMESPACE();
namespace saker {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

inline constexpr int kRows = kLanes / 4;

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

// The same of planar f32 rows, to f32 [x][row][4].
HWY_INLINE void ExpandRows(const PlanarRow* rows, int32_t width, float* HWY_RESTRICT line) {
  const DF d;
  const hn::FixedTag<float, 4> d4;
  HWY_ALIGN float rgbx[4 * kLanes];
  for (int r = 0; r < kRows; ++r) {
    for (int32_t x = 0; x < width; x += kLanes) {
      hn::StoreInterleaved4(hn::Load(d, rows[r].r + x), hn::Load(d, rows[r].g + x),
                            hn::Load(d, rows[r].b + x), hn::Zero(d), d, rgbx);
      float* at = line + (static_cast<size_t>(x) * kRows + static_cast<size_t>(r)) * 4;
      for (int i = 0; i < kLanes; ++i) hn::Store(hn::Load(d4, rgbx + 4 * i), d4, at + i * kRows * 4);
    }
  }
}

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

HWY_INLINE VF LoadLine(DF d, const uint8_t* at) {
  const hn::Rebind<int32_t, DF> di;
  const hn::Rebind<uint8_t, DF> d8;
  return hn::ConvertTo(d, hn::PromoteTo(di, hn::LoadU(d8, at)));
}
HWY_INLINE VF LoadLine(DF d, const float* at) { return hn::Load(d, at); }

// kRows source rows (`line`, from ExpandRows) through the x table, into kRows ring rows `stride`
// floats apart. `fill` is RGBx of the border colour, repeated to kLanes.
//
// kTaps > 0: every output takes as many taps, the table's width; those beyond its own have weight
// 0, so they change no bit, whatever byte they read. A count that the compiler knows, the same for
// all, is worth a fifth of the pass (measured): the true counts change from output to output.
template <int kTaps, class T>
HWY_INLINE void HorizontalTaps(const AxisTable& table, const T* HWY_RESTRICT line,
                               const float* HWY_RESTRICT fill, float* HWY_RESTRICT out,
                               size_t stride) {
  const DF d;
  const VF border = hn::Load(d, fill);
  const float* HWY_RESTRICT weights = table.weights.data();
  for (int32_t o = 0; o < table.size; ++o, weights += table.taps) {
    const T* HWY_RESTRICT from = line + static_cast<size_t>(table.start[o]) * kLanes;
    VF sum = hn::Mul(border, hn::Set(d, 1.0f - table.inside[o]));
    const int32_t count = kTaps > 0 ? kTaps : table.count[o];
    for (int32_t k = 0; k < count; ++k) {
      sum = hn::MulAdd(LoadLine(d, from + static_cast<size_t>(k) * kLanes), hn::Set(d, weights[k]),
                       sum);
    }
    StorePixels(d, Clamp255(d, sum), out + static_cast<size_t>(o) * 4, stride);
  }
}

// The most taps of a loop of its own: bilinear to half the size.
inline constexpr int32_t kMostFixedTaps = 5;

HWY_INLINE void HorizontalPass(const AxisTable& table, const uint8_t* HWY_RESTRICT line,
                               const float* HWY_RESTRICT fill, float* HWY_RESTRICT out,
                               size_t stride) {
  switch (table.taps) {
    case 2:
      return HorizontalTaps<2>(table, line, fill, out, stride);
    case 3:
      return HorizontalTaps<3>(table, line, fill, out, stride);
    case 4:
      return HorizontalTaps<4>(table, line, fill, out, stride);
    case kMostFixedTaps:
      return HorizontalTaps<kMostFixedTaps>(table, line, fill, out, stride);
    default:
      return HorizontalTaps<0>(table, line, fill, out, stride);
  }
}

// f32 rows may hold anything beyond their width, and 0 times infinity is no 0: true counts only.
HWY_INLINE void HorizontalPass(const AxisTable& table, const float* HWY_RESTRICT line,
                               const float* HWY_RESTRICT fill, float* HWY_RESTRICT out,
                               size_t stride) {
  HorizontalTaps<0>(table, line, fill, out, stride);
}

// ---- vertical pass ----

// `count` ring rows of `floats` floats (padded to kLanes) to one, weighted. kCount > 0: the count.
template <int kCount>
HWY_INLINE void VerticalTaps(const float* const* rows, const float* weights, int32_t count,
                             float outside, const float* HWY_RESTRICT fill, int32_t floats,
                             float* HWY_RESTRICT out) {
  const DF d;
  const VF border = hn::Mul(hn::Load(d, fill), hn::Set(d, outside));
  if (kCount > 0) count = kCount;
  for (int32_t i = 0; i < floats; i += kLanes) {
    VF sum = border;
    for (int32_t k = 0; k < count; ++k) {
      sum = hn::MulAdd(hn::Load(d, rows[k] + i), hn::Set(d, weights[k]), sum);
    }
    hn::Store(Clamp255(d, sum), d, out + i);
  }
}

HWY_INLINE void VerticalPass(const float* const* rows, const float* weights, int32_t count,
                             float outside, const float* HWY_RESTRICT fill, int32_t floats,
                             float* HWY_RESTRICT out) {
  switch (count) {
    case 2:
      return VerticalTaps<2>(rows, weights, count, outside, fill, floats, out);
    case 3:
      return VerticalTaps<3>(rows, weights, count, outside, fill, floats, out);
    case 4:
      return VerticalTaps<4>(rows, weights, count, outside, fill, floats, out);
    default:
      return VerticalTaps<0>(rows, weights, count, outside, fill, floats, out);
  }
}

HWY_INLINE void Deinterleave(const float* HWY_RESTRICT rgbx, int32_t width, const PlanarRow& row) {
  const DF d;
  for (int32_t x = 0; x < width; x += kLanes) {
    VF r, g, b, unused;
    hn::LoadInterleaved4(d, rgbx + static_cast<size_t>(x) * 4, r, g, b, unused);
    hn::Store(r, d, row.r + x);
    hn::Store(g, d, row.g + x);
    hn::Store(b, d, row.b + x);
  }
}

// ---- rows of a resampled picture ----

// The pixels to be resampled: a decoded picture, or the planar f32 picture of a pass before.
struct ResampleInput {
  const uint8_t* bytes = nullptr;  // null: planar
  size_t stride = 0;
  int channels = 3;
  PlanarPicture planar;
  int32_t width = 0;
};

// Makes output rows from the two tables. Source rows are resampled along x in groups of kRows
// needed rows when first asked for, and kept in a ring as long as an output row may read them.
class Resampler {
 public:
  // False when memory is short. The tables and lists of `scratch` are ready (PrepareResample).
  bool Start(const ResampleInput& input, const std::array<float, 3>& fill,
             ResampleScratch* scratch) {
    input_ = input;
    scratch_ = scratch;
    groups_ = static_cast<size_t>(scratch->y.taps) / kRows + 2;
    stride_ = PaddedWidth(scratch->x.size) * 4;
    const size_t line_width = PaddedWidth(input.width) * kLanes;
    // Fixed taps may read beyond the line.
    const size_t line_bytes = input.bytes != nullptr ? line_width + kMostFixedTaps * kLanes
                                                     : line_width * sizeof(float);
    const size_t ring_floats = groups_ * kRows * stride_;
    if (!scratch->line.Reserve(line_bytes)) return false;
    if (!scratch->ring.Reserve((ring_floats + stride_) * sizeof(float))) return false;
    ring_ = scratch->ring.as<float>();
    mixed_ = ring_ + ring_floats;
    scratch->ring_tags.assign(groups_, -1);
    scratch->tap_rows.resize(static_cast<size_t>(scratch->y.taps));
    for (size_t i = 0; i < kLanes; ++i) fill_[i] = i % 4 < 3 ? fill[i % 4] : 0.0f;
    return true;
  }

  void Row(int32_t y, const PlanarRow& out) {
    const AxisTable& ty = scratch_->y;
    const size_t o = static_cast<size_t>(y);
    const int32_t count = ty.count[o], start = ty.start[o], width = scratch_->x.size;
    const float** taps = scratch_->tap_rows.data();
    for (int32_t k = 0; k < count; ++k) taps[k] = SourceRow(start + k);
    VerticalPass(taps, ty.weights.data() + o * static_cast<size_t>(ty.taps), count,
                 1.0f - ty.inside[o], fill_, width * 4, mixed_);
    Deinterleave(mixed_, width, out);
  }

 private:
  const float* SourceRow(int32_t source_row) {
    const int32_t index = scratch_->needed_index[static_cast<size_t>(source_row)];
    const int32_t group = index / kRows, slot = group % static_cast<int32_t>(groups_);
    float* at = ring_ + static_cast<size_t>(slot) * kRows * stride_;
    if (scratch_->ring_tags[static_cast<size_t>(slot)] != group) {
      Make(group, at);
      scratch_->ring_tags[static_cast<size_t>(slot)] = group;
    }
    return at + static_cast<size_t>(index % kRows) * stride_;
  }

  void Make(int32_t group, float* at) {
    const std::vector<int32_t>& needed = scratch_->needed_rows;
    int32_t rows[kRows];
    for (int32_t r = 0; r < kRows; ++r)
      rows[r] = needed[std::min(static_cast<size_t>(group * kRows + r), needed.size() - 1)];
    if (input_.bytes != nullptr) {
      const uint8_t* from[kRows];
      for (int r = 0; r < kRows; ++r)
        from[r] = input_.bytes + static_cast<size_t>(rows[r]) * input_.stride;
      uint8_t* line = scratch_->line.data();
      ExpandRows(from, input_.width, input_.channels, line);
      HorizontalPass(scratch_->x, line, fill_, at, stride_);
    } else {
      PlanarRow from[kRows];
      for (int r = 0; r < kRows; ++r) from[r] = input_.planar.Row(rows[r]);
      float* line = scratch_->line.as<float>();
      ExpandRows(from, input_.width, line);
      HorizontalPass(scratch_->x, line, fill_, at, stride_);
    }
  }

  ResampleInput input_;
  ResampleScratch* scratch_ = nullptr;
  size_t groups_ = 0, stride_ = 0;
  float* ring_ = nullptr;
  float* mixed_ = nullptr;
  HWY_ALIGN float fill_[kLanes] = {};
};

}  // namespace HWY_NAMESPACE
}  // namespace saker
HWY_AFTER_NAMESPACE();

#endif  // SAKER_PIPELINE_RESAMPLE_INL_H_
