// f16 and bf16 of f32 vectors for one SIMD target, to the bit as base/half.h. In integers, because
// Highway's own conversions round differently from target to target.
#if defined(SAKER_PIPELINE_HALF_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SAKER_PIPELINE_HALF_INL_H_
#undef SAKER_PIPELINE_HALF_INL_H_
#else
#define SAKER_PIPELINE_HALF_INL_H_
#endif

#include <cstring>

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace saker {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The half's bits in the low 16 bits of each lane.
template <class D, class V>
HWY_INLINE hn::Vec<hn::RebindToUnsigned<D>> HalfBits(D d, V v) {
  const hn::RebindToUnsigned<D> du;
  const auto bits = hn::BitCast(du, v);
  const auto size = hn::And(bits, hn::Set(du, 0x7fffffffu));
  const auto sign = hn::And(hn::ShiftRight<16>(bits), hn::Set(du, 0x8000u));
  const auto odd = hn::And(hn::ShiftRight<13>(size), hn::Set(du, 1u));
  // size - 0x38000000 + 0xfff, modulo 2^32.
  const auto normal =
      hn::ShiftRight<13>(hn::Add(hn::Add(size, hn::Set(du, 0xc8000fffu)), odd));
  const auto sum = hn::Add(hn::BitCast(d, size), hn::Set(d, 0.5f));
  const auto subnormal = hn::Sub(hn::BitCast(du, sum), hn::Set(du, 0x3f000000u));
  const auto special = hn::IfThenElse(hn::Gt(size, hn::Set(du, 0x7f800000u)),
                                      hn::Set(du, 0x7e00u), hn::Set(du, 0x7c00u));
  const auto finite =
      hn::IfThenElse(hn::Lt(size, hn::Set(du, 0x38800000u)), subnormal, normal);
  const auto half = hn::IfThenElse(hn::Lt(size, hn::Set(du, 0x47800000u)), finite, special);
  return hn::Or(half, sign);
}

template <class D, class V>
HWY_INLINE hn::Vec<hn::RebindToUnsigned<D>> BfloatBits(D, V v) {
  const hn::RebindToUnsigned<D> du;
  const auto bits = hn::BitCast(du, v);
  const auto high = hn::ShiftRight<16>(bits);
  const auto odd = hn::And(high, hn::Set(du, 1u));
  const auto rounded = hn::ShiftRight<16>(hn::Add(bits, hn::Add(odd, hn::Set(du, 0x7fffu))));
  const auto size = hn::And(bits, hn::Set(du, 0x7fffffffu));
  return hn::IfThenElse(hn::Gt(size, hn::Set(du, 0x7f800000u)),
                        hn::Or(high, hn::Set(du, 0x40u)), rounded);
}

// `count` halves to `to`: of scale * from + bias. `from` is padded to a whole vector.
template <class D>
HWY_INLINE void StoreHalves(D d, const float* HWY_RESTRICT from, int32_t count, float scale,
                            float bias, bool bfloat, uint16_t* HWY_RESTRICT to) {
  const hn::RebindToSigned<D> di;
  const hn::Rebind<uint16_t, D> d16;
  const int32_t lanes = static_cast<int32_t>(hn::Lanes(d));
  const auto s = hn::Set(d, scale), b = hn::Set(d, bias);
  const auto halves = [&](int32_t x) HWY_ATTR {
    const auto v = hn::MulAdd(hn::Load(d, from + x), s, b);
    const auto bits = bfloat ? BfloatBits(d, v) : HalfBits(d, v);
    return hn::DemoteTo(d16, hn::BitCast(di, bits));
  };
  int32_t x = 0;
  for (; x + lanes <= count; x += lanes) hn::StoreU(halves(x), d16, to + x);
  if (x < count) {
    HWY_ALIGN uint16_t tail[HWY_MAX_BYTES / sizeof(float)];
    hn::StoreU(halves(x), d16, tail);
    std::memcpy(to + x, tail, static_cast<size_t>(count - x) * sizeof(uint16_t));
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace saker
HWY_AFTER_NAMESPACE();

#endif  // SAKER_PIPELINE_HALF_INL_H_
