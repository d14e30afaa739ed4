// Rounding to f16 and bf16 by the definition, for the reference executor.
#ifndef SAKER_PIPELINE_SIMPLE_HALF_H_
#define SAKER_PIPELINE_SIMPLE_HALF_H_

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace saker {

inline constexpr int kHalfFraction = 10;   // bits of fraction of IEEE binary16
inline constexpr int kBfloatFraction = 7;  // of bfloat16

// The nearest 16-bit float with `fraction` bits of fraction, ties to even, as bits; infinity beyond
// the range. `value` is a number.
inline uint16_t NearestSmallFloat(float value, int fraction) {
  const int bias = (1 << (14 - fraction)) - 1;
  const uint32_t sign = std::signbit(value) ? 0x8000u : 0, infinity = 0x7fffu >> fraction << fraction;
  if (std::isinf(value)) return static_cast<uint16_t>(sign | infinity);
  int exponent = 0;
  std::frexp(value, &exponent);  // |value| is in [2^(exponent - 1), 2^exponent)
  const int binade = value == 0 ? 1 - bias : std::max(exponent - 1, 1 - bias);
  if (binade > bias) return static_cast<uint16_t>(sign | infinity);
  // The value counted in units of its last place; nearbyint rounds ties to even.
  const double units =
      std::nearbyint(std::ldexp(std::fabs(static_cast<double>(value)), fraction - binade));
  const uint32_t bits = (static_cast<uint32_t>(binade + bias - 1) << fraction) +
                        static_cast<uint32_t>(units);
  return static_cast<uint16_t>(sign | std::min(bits, infinity));
}

}  // namespace saker

#endif  // SAKER_PIPELINE_SIMPLE_HALF_H_
