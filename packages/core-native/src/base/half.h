// IEEE binary16 and bfloat16 of a float, rounded to nearest, ties to even; beyond the range it is
// infinity.
#ifndef SAKER_BASE_HALF_H_
#define SAKER_BASE_HALF_H_

#include <cstdint>
#include <cstring>

namespace saker {

inline uint32_t FloatBits(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}

inline float FloatFromBits(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

inline uint16_t FloatToHalf(float value) {
  const uint32_t bits = FloatBits(value), size = bits & 0x7fffffffu;
  const uint32_t sign = (bits >> 16) & 0x8000u;
  uint32_t half;
  if (size > 0x7f800000u) {
    half = 0x7e00;  // not a number
  } else if (size >= 0x47800000u) {
    half = 0x7c00;  // 65536 and above; the branch for normal numbers carries 65520 to infinity
  } else if (size < 0x38800000u) {
    // Below 2^-14 a half is a multiple of 2^-24, as is a float from 0.5 to 1: the sum rounds.
    half = FloatBits(FloatFromBits(size) + 0.5f) - 0x3f000000u;
  } else {
    half = (size - 0x38000000u + 0xfffu + ((size >> 13) & 1u)) >> 13;
  }
  return static_cast<uint16_t>(sign | half);
}

inline uint16_t FloatToBfloat(float value) {
  const uint32_t bits = FloatBits(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return static_cast<uint16_t>((bits >> 16) | 0x40u);
  return static_cast<uint16_t>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

}  // namespace saker

#endif  // SAKER_BASE_HALF_H_
