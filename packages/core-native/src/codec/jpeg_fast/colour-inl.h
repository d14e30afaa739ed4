// Samples to pixels for one SIMD target: smooth chroma upsampling and YCbCr to RGB in one pass over
// a row.
//
// Both give libjpeg's bits: "fancy" upsampling is its triangle filter (jdsample.c: 3/4 and 1/4 per
// axis, with alternating rounding), the colour its 16-bit fixed point (jdcolor.c).
#if defined(SAKER_CODEC_JPEG_FAST_COLOUR_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SAKER_CODEC_JPEG_FAST_COLOUR_INL_H_
#undef SAKER_CODEC_JPEG_FAST_COLOUR_INL_H_
#else
#define SAKER_CODEC_JPEG_FAST_COLOUR_INL_H_
#endif

#include <cstring>

#include "codec/jpeg_fast/vectors-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace saker {
namespace HWY_NAMESPACE {
namespace jpeg_fast_simd {

// kLanes16 samples as 16-bit lanes.
HWY_INLINE V16 LoadSamples(const uint8_t* p) {
  return hn::PromoteTo(D16(), hn::LoadU(hn::Rebind<uint8_t, D16>(), p));
}

struct Rgb16 {
  V16 r, g, b;  // 0..255
};

HWY_INLINE V16 Clamp8(V16 v) {
  const D16 d;
  return hn::Min(hn::Max(v, hn::Zero(d)), hn::Set(d, 255));
}

// (v * kFactor / 2^16, rounded), from the high half of (2 v) * kFactor.
template <int kFactor>
HWY_INLINE V16 Scaled(V16 v) {
  const D16 d;
  const V16 twice = hn::MulHigh(hn::Add(v, v), hn::Set(d, kFactor));
  return hn::ShiftRight<1>(hn::Add(twice, hn::Set(d, 1)));
}

// jdcolor.c: R = Y + 1.40200 Cr, G = Y - 0.34414 Cb - 0.71414 Cr, B = Y + 1.77200 Cb, each product
// in 16-bit fixed point and rounded (G's sum once). Whole multiples are taken out of the factors so
// that the rest fits 16 bits.
HWY_INLINE Rgb16 YccToRgb(V16 y, V16 cb, V16 cr) {
  const D16 d;
  const D32 d32;
  const V16 middle = hn::Set(d, 128);
  cb = hn::Sub(cb, middle);
  cr = hn::Sub(cr, middle);
  const V16 r = hn::Add(hn::Add(y, cr), Scaled<91881 - 65536>(cr));
  const V16 b = hn::Add(hn::Add(y, hn::Add(cb, cb)), Scaled<116130 - 131072>(cb));
  const Wide green = MulAdd2<-22554, 65536 - 46802>(cb, cr);
  const V32 half = hn::Set(d32, 32768);
  const V16 g = hn::Sub(hn::Add(y, Narrow(hn::ShiftRight<16>(hn::Add(green.lo, half)),
                                          hn::ShiftRight<16>(hn::Add(green.hi, half)))),
                        cr);
  return {Clamp8(r), Clamp8(g), Clamp8(b)};
}

// Bytes even, odd, even, ...
HWY_INLINE hn::Vec<D8> Weave(V16 even, V16 odd) {
  return hn::BitCast(D8(), hn::Or(even, hn::ShiftLeft<8>(odd)));
}

// Sources of one output row. `near` is the chroma row that stands beside `cur` on the side of this
// output row, for the samplings that halve rows.
struct RowSource {
  const uint8_t* y;
  const uint8_t* cur[2];   // Cb, Cr
  const uint8_t* near[2];  // Cb, Cr
  int bias;                // 1x2 sampling: rounding of this row, 1 or 2
};

// The loops make whole vectors: they read up to 2 * kLanes16 samples beyond `width` (chroma: half
// as many) and write up to 6 * kLanes16 bytes beyond the row.

HWY_INLINE void ColourRow11(const RowSource& s, int width, uint8_t* HWY_RESTRICT out) {
  const D16 d;
  const V16 low = hn::Set(d, 255);
  const auto load = [&](const uint8_t* p) HWY_ATTR {
    return hn::BitCast(d, hn::LoadU(D8(), p));
  };
  for (int x = 0; x < width; x += 2 * static_cast<int>(kLanes16)) {
    const V16 y = load(s.y + x), cb = load(s.cur[0] + x), cr = load(s.cur[1] + x);
    const Rgb16 even = YccToRgb(hn::And(y, low), hn::And(cb, low), hn::And(cr, low));
    const auto high = [&](V16 v) HWY_ATTR {
      return hn::And(hn::ShiftRight<8>(v), low);
    };
    const Rgb16 odd = YccToRgb(high(y), high(cb), high(cr));
    hn::StoreInterleaved3(Weave(even.r, odd.r), Weave(even.g, odd.g), Weave(even.b, odd.b), D8(),
                          out + x * 3);
  }
}

// jdsample.c, h1v2_fancy_upsample.
HWY_INLINE void ColourRow12(const RowSource& s, int width, uint8_t* HWY_RESTRICT out) {
  const D16 d;
  const V16 three = hn::Set(d, 3), bias = hn::Set(d, static_cast<int16_t>(s.bias));
  const hn::Rebind<uint8_t, D16> half;
  for (int x = 0; x < width; x += static_cast<int>(kLanes16)) {
    V16 chroma[2];
    for (int c = 0; c < 2; ++c) {
      const V16 here = hn::Mul(LoadSamples(s.cur[c] + x), three);
      const V16 sum = hn::Add(here, LoadSamples(s.near[c] + x));
      chroma[c] = hn::ShiftRight<2>(hn::Add(sum, bias));
    }
    const Rgb16 rgb = YccToRgb(LoadSamples(s.y + x), chroma[0], chroma[1]);
    hn::StoreInterleaved3(hn::DemoteTo(half, rgb.r), hn::DemoteTo(half, rgb.g),
                          hn::DemoteTo(half, rgb.b), half, out + x * 3);
  }
}

// jdsample.c, h2v1_fancy_upsample (kRows == 1) and h2v2_fancy_upsample (kRows == 2). Chroma rows
// hold one sample more on both sides; at the picture's edge it is the edge sample again, which
// gives libjpeg's special first and last columns.
template <int kRows>
HWY_INLINE void ColourRow2(const RowSource& s, int width, uint8_t* HWY_RESTRICT out) {
  const D16 d;
  const V16 three = hn::Set(d, 3), low = hn::Set(d, 255);
  const V16 round_even = hn::Set(d, kRows == 1 ? 1 : 8), round_odd = hn::Set(d, kRows == 1 ? 2 : 7);
  for (int x = 0; x < width; x += 2 * static_cast<int>(kLanes16)) {
    V16 even[2], odd[2];
    for (int c = 0; c < 2; ++c) {
      const uint8_t* cur = s.cur[c] + x / 2;
      const uint8_t* near = s.near[c] + x / 2;
      const auto column = [&](int at) HWY_ATTR {
        const V16 v = LoadSamples(cur + at);
        if constexpr (kRows == 1) return v;
        return hn::Add(hn::Mul(v, three), LoadSamples(near + at));
      };
      const V16 here = hn::Mul(column(0), three);
      even[c] = hn::ShiftRight<2 * kRows>(hn::Add(hn::Add(here, column(-1)), round_even));
      odd[c] = hn::ShiftRight<2 * kRows>(hn::Add(hn::Add(here, column(1)), round_odd));
    }
    const V16 y = hn::BitCast(d, hn::LoadU(D8(), s.y + x));
    const Rgb16 a = YccToRgb(hn::And(y, low), even[0], even[1]);
    const Rgb16 b = YccToRgb(hn::And(hn::ShiftRight<8>(y), low), odd[0], odd[1]);
    hn::StoreInterleaved3(Weave(a.r, b.r), Weave(a.g, b.g), Weave(a.b, b.b), D8(), out + x * 3);
  }
}

// Grey to three equal channels.
HWY_INLINE void GreyRow3(const uint8_t* y, int width, uint8_t* HWY_RESTRICT out) {
  const D8 d;
  for (int x = 0; x < width; x += 2 * static_cast<int>(kLanes16)) {
    const auto v = hn::LoadU(d, y + x);
    hn::StoreInterleaved3(v, v, v, d, out + x * 3);
  }
}

}  // namespace jpeg_fast_simd
}  // namespace HWY_NAMESPACE
}  // namespace saker
HWY_AFTER_NAMESPACE();

#endif  // SAKER_CODEC_JPEG_FAST_COLOUR_INL_H_
