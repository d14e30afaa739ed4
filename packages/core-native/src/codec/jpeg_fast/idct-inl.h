// The accurate integer inverse DCT ("islow") for one SIMD target, kBlocks blocks at once: one block
// in each 128-bit part of a vector.
//
// Method: Loeffler, Ligtenberg and Moschytz 1989, with the constants, the two roundings and the
// scaling of the Independent JPEG Group's jidctint.c; the 16-bit wrapping and saturation points
// are those of libjpeg-turbo's x86 code, so that even coefficients that no encoder makes give the
// same pixels.
#if defined(SAKER_CODEC_JPEG_FAST_IDCT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SAKER_CODEC_JPEG_FAST_IDCT_INL_H_
#undef SAKER_CODEC_JPEG_FAST_IDCT_INL_H_
#else
#define SAKER_CODEC_JPEG_FAST_IDCT_INL_H_
#endif

#include "codec/jpeg_fast/vectors-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace saker {
namespace HWY_NAMESPACE {
namespace jpeg_fast_simd {

// jidctint.c's constants, 13 bits of fraction.
constexpr int kFix0298 = 2446, kFix0390 = 3196, kFix0541 = 4433, kFix0765 = 6270, kFix0899 = 7373,
              kFix1175 = 9633, kFix1501 = 12299, kFix1847 = 15137, kFix1961 = 16069,
              kFix2053 = 16819, kFix2562 = 20995, kFix3072 = 25172;

// a + b and a - b of wide pairs, shifted down (`a` holds the rounding) and narrowed.
template <int kShift>
HWY_INLINE void Butterfly(Wide a, Wide b, V16* sum, V16* difference) {
  *sum = Narrow(hn::ShiftRight<kShift>(hn::Add(a.lo, b.lo)),
                hn::ShiftRight<kShift>(hn::Add(a.hi, b.hi)));
  *difference = Narrow(hn::ShiftRight<kShift>(hn::Sub(a.lo, b.lo)),
                       hn::ShiftRight<kShift>(hn::Sub(a.hi, b.hi)));
}

HWY_INLINE Wide AddWide(Wide a, Wide b) { return {hn::Add(a.lo, b.lo), hn::Add(a.hi, b.hi)}; }
HWY_INLINE Wide SubWide(Wide a, Wide b) { return {hn::Sub(a.lo, b.lo), hn::Sub(a.hi, b.hi)}; }

// One dimension over v[0..7], each lane its own transform; results are scaled by 2^(13 - kShift).
template <int kShift>
HWY_INLINE void Transform(V16* HWY_RESTRICT v) {
  const V32 round = hn::Set(D32(), 1 << (kShift - 1));
  const Wide t2 = MulAdd2<kFix0541, kFix0541 - kFix1847>(v[2], v[6]);
  const Wide t3 = MulAdd2<kFix0541 + kFix0765, kFix0541>(v[2], v[6]);
  const Wide t0 = AddWide(Widen13(hn::Add(v[0], v[4])), {round, round});
  const Wide t1 = AddWide(Widen13(hn::Sub(v[0], v[4])), {round, round});
  const Wide t10 = AddWide(t0, t3), t13 = SubWide(t0, t3);
  const Wide t11 = AddWide(t1, t2), t12 = SubWide(t1, t2);

  const V16 z3 = hn::Add(v[3], v[7]), z4 = hn::Add(v[1], v[5]);
  const Wide w3 = MulAdd2<kFix1175 - kFix1961, kFix1175>(z3, z4);
  const Wide w4 = MulAdd2<kFix1175, kFix1175 - kFix0390>(z3, z4);
  const Wide u0 = AddWide(MulAdd2<kFix0298 - kFix0899, -kFix0899>(v[7], v[1]), w3);
  const Wide u3 = AddWide(MulAdd2<-kFix0899, kFix1501 - kFix0899>(v[7], v[1]), w4);
  const Wide u1 = AddWide(MulAdd2<kFix2053 - kFix2562, -kFix2562>(v[5], v[3]), w4);
  const Wide u2 = AddWide(MulAdd2<-kFix2562, kFix3072 - kFix2562>(v[5], v[3]), w3);

  Butterfly<kShift>(t10, u3, &v[0], &v[7]);
  Butterfly<kShift>(t11, u2, &v[1], &v[6]);
  Butterfly<kShift>(t12, u1, &v[2], &v[5]);
  Butterfly<kShift>(t13, u0, &v[3], &v[4]);
}

// The 8x8 transpose within each 128-bit part.
HWY_INLINE void Transpose(V16* HWY_RESTRICT v) {
  const D16 d;
  const D32 d32;
  const D64 d64;
  V32 a[8], b[8];
  for (int i = 0; i < 4; ++i) {
    a[i] = hn::BitCast(d32, hn::InterleaveLower(d, v[2 * i], v[2 * i + 1]));
    a[i + 4] = hn::BitCast(d32, hn::InterleaveUpper(d, v[2 * i], v[2 * i + 1]));
  }
  // a[i]: columns 0..3 of rows 2i, 2i+1; a[i+4]: columns 4..7.
  for (int i = 0; i < 2; ++i) {
    for (int half = 0; half < 8; half += 4) {
      b[half + i] = hn::InterleaveLower(d32, a[half + 2 * i], a[half + 2 * i + 1]);
      b[half + i + 2] = hn::InterleaveUpper(d32, a[half + 2 * i], a[half + 2 * i + 1]);
    }
  }
  // b[half + i]: columns half, half+1 of rows 4i..4i+3; b[half + i + 2]: the two columns after.
  for (int c = 0; c < 4; ++c) {
    const auto top = hn::BitCast(d64, b[2 * c]), bottom = hn::BitCast(d64, b[2 * c + 1]);
    v[2 * c] = hn::BitCast(d, hn::InterleaveLower(d64, top, bottom));
    v[2 * c + 1] = hn::BitCast(d, hn::InterleaveUpper(d64, top, bottom));
  }
}

// Centred samples to bytes.
HWY_INLINE void StoreSamples(V16 v, uint8_t* out) {
  const hn::Rebind<uint8_t, D16> d;
  const auto bytes = hn::BitCast(d, hn::DemoteTo(hn::Rebind<int8_t, D16>(), v));
  hn::StoreU(hn::Xor(bytes, hn::Set(d, 0x80)), d, out);
}

// All samples of a block without AC coefficients: the DC coefficient over 8, rounded as the two
// passes would.
HWY_INLINE void InverseDcOnly(V16 dc, uint8_t* HWY_RESTRICT out, size_t stride, V16* magnitude) {
  const D16 d;
  *magnitude = hn::Or(*magnitude, hn::Xor(dc, hn::ShiftRight<15>(dc)));
  const V16 sample = hn::ShiftRight<5>(hn::Add(hn::ShiftLeft<2>(dc), hn::Set(d, 16)));
  const V16 all = hn::Broadcast<0>(sample);
  for (int i = 0; i < 8; ++i) StoreSamples(all, out + static_cast<size_t>(i) * stride);
}

// kBlocks blocks that stand side by side, `coefficients` as [row][block][8], to 8 rows of
// kBlocks * 8 samples. `quant` has 64 factors in natural order. Bits of `*magnitude` at or above
// 8192 then say that a coefficient of a block's first row was out of every encoder's range, where
// libjpeg-turbo's shortcut for blocks without other rows gives other pixels.
HWY_INLINE void InverseDct(const int16_t* HWY_RESTRICT coefficients,
                           const int16_t* HWY_RESTRICT quant, uint8_t* HWY_RESTRICT out,
                           size_t stride, V16* magnitude) {
  const D16 d;
  V16 v[8];
  for (int i = 0; i < 8; ++i) v[i] = hn::Load(d, coefficients + i * kLanes16);
  alignas(16) static constexpr int16_t kNotFirst[8] = {0, -1, -1, -1, -1, -1, -1, -1};
  const V16 others = hn::Or(hn::Or(hn::Or(v[1], v[2]), hn::Or(v[3], v[4])),
                            hn::Or(hn::Or(v[5], v[6]),
                                   hn::Or(v[7], hn::And(v[0], hn::LoadDup128(d, kNotFirst)))));
  if (hn::AllTrue(d, hn::Eq(others, hn::Zero(d)))) {
    InverseDcOnly(hn::Mul(v[0], hn::LoadDup128(d, quant)), out, stride, magnitude);
    return;
  }
  for (int i = 0; i < 8; ++i) v[i] = hn::Mul(v[i], hn::LoadDup128(d, quant + i * 8));
  *magnitude = hn::Or(*magnitude, hn::Xor(v[0], hn::ShiftRight<15>(v[0])));
  Transform<11>(v);
  Transpose(v);
  Transform<18>(v);
  Transpose(v);
  for (int i = 0; i < 8; ++i) StoreSamples(v[i], out + static_cast<size_t>(i) * stride);
}

}  // namespace jpeg_fast_simd
}  // namespace HWY_NAMESPACE
}  // namespace saker
HWY_AFTER_NAMESPACE();

#endif  // SAKER_CODEC_JPEG_FAST_IDCT_INL_H_
