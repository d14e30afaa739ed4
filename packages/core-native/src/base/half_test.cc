#include "base/half.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace saker {
namespace {

// What the bits stand for, in double: `fraction` bits of fraction, the rest exponent.
double Value(uint16_t bits, int fraction) {
  const int exponents = 15 - fraction, bias = (1 << (exponents - 1)) - 1;
  const int exponent = (bits >> fraction) & ((1 << exponents) - 1);
  const double part = bits & ((1 << fraction) - 1);
  const double size = exponent == 0 ? std::ldexp(part, 1 - bias - fraction)
                                    : std::ldexp(part + (1 << fraction), exponent - bias - fraction);
  return bits & 0x8000 ? -size : size;
}

// Every finite value, its neighbours in f32, and every tie between two of them with its neighbours.
template <class Convert>
void CheckEveryValueAndTie(Convert convert, int fraction) {
  const uint16_t infinity = static_cast<uint16_t>(0x7fff >> fraction << fraction);
  const float far = std::numeric_limits<float>::infinity();
  for (uint16_t bits = 0; bits < infinity; ++bits) {
    for (const uint16_t sign : {0, 0x8000}) {
      const uint16_t here = static_cast<uint16_t>(bits | sign);
      const float value = static_cast<float>(Value(here, fraction));
      ASSERT_EQ(convert(value), here);
      const uint16_t next = static_cast<uint16_t>(here + 1);
      // Behind the greatest stands infinity, where the next power of two would be.
      const double gap = Value(here, fraction) + Value(next, fraction);
      const float tie = static_cast<float>(gap / 2);
      if (static_cast<double>(tie) * 2 != gap) continue;  // bf16 below f32's own smallest
      ASSERT_EQ(convert(tie), here % 2 == 0 ? here : next) << here;
      ASSERT_EQ(convert(std::nextafter(tie, 0.0f)), here) << here;
      ASSERT_EQ(convert(std::nextafter(tie, sign ? -far : far)), next) << here;
    }
  }
  EXPECT_EQ(convert(far), infinity);
  EXPECT_EQ(convert(-far), infinity | 0x8000);
  EXPECT_GT(convert(std::numeric_limits<float>::quiet_NaN()) & 0x7fff, infinity);
  EXPECT_EQ(convert(-0.0f), 0x8000);
}

TEST(Half, RoundsEveryValueAndTieToNearestEven) { CheckEveryValueAndTie(FloatToHalf, 10); }

TEST(Bfloat, RoundsEveryValueAndTieToNearestEven) { CheckEveryValueAndTie(FloatToBfloat, 7); }

}  // namespace
}  // namespace saker
