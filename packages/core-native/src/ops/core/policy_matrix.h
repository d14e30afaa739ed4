// Output-to-input maps of the policies' warps: torchvision's matrices as it gives them to Pillow.
#ifndef SAKER_OPS_CORE_POLICY_MATRIX_H_
#define SAKER_OPS_CORE_POLICY_MATRIX_H_

#include <cmath>
#include <cstdint>

#include "ops/core/matrix3.h"

namespace saker {

// x + along_x * y, y + along_y * x: a shear about the corner.
inline Matrix3 ShearMatrix(double along_x, double along_y) {
  return {{1, along_x, 0, along_y, 1, 0, 0, 0, 1}};
}

// The picture moved right by x and down by y.
inline Matrix3 TranslateMatrix(double x, double y) { return {{1, 0, -x, 0, 1, -y, 0, 0, 1}}; }

// The picture turned counter-clockwise about its centre, with Pillow's rounding to 15 digits, which
// makes quarter turns exact.
inline Matrix3 RotateMatrix(double degrees, int32_t width, int32_t height) {
  const auto rounded = [](double v) { return std::nearbyint(v * 1e15) / 1e15; };
  const double turn = -(degrees - 360 * std::floor(degrees / 360)) * (3.14159265358979323846 / 180);
  const double a = rounded(std::cos(turn)), b = rounded(std::sin(turn));
  const double c = rounded(-std::sin(turn)), d = rounded(std::cos(turn));
  const double cx = width / 2.0, cy = height / 2.0;
  return {{a, b, a * -cx + b * -cy + cx, c, d, c * -cx + d * -cy + cy, 0, 0, 1}};
}

}  // namespace saker

#endif  // SAKER_OPS_CORE_POLICY_MATRIX_H_
