// Matrix3: a projective map of the plane, row by row: (u, v, 1) to (u', v', w).
#ifndef SAKER_OPS_CORE_MATRIX3_H_
#define SAKER_OPS_CORE_MATRIX3_H_

#include <array>

namespace saker {

using Matrix3 = std::array<double, 9>;

inline constexpr Matrix3 kIdentity3{{1, 0, 0, 0, 1, 0, 0, 0, 1}};

// The map that applies `second` first: (first second) p = first(second(p)).
inline Matrix3 Multiply(const Matrix3& first, const Matrix3& second) {
  Matrix3 out{};
  for (size_t r = 0; r < 3; ++r) {
    for (size_t c = 0; c < 3; ++c) {
      for (size_t k = 0; k < 3; ++k) out[r * 3 + c] += first[r * 3 + k] * second[k * 3 + c];
    }
  }
  return out;
}

}  // namespace saker

#endif  // SAKER_OPS_CORE_MATRIX3_H_
