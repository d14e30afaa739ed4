// The matrices of rotate, affine and perspective, by torchvision's and Pillow's formulas: from
// (x + 0.5, y + 0.5, 1) of the output to coordinates of the input, for PlanBuilder::Warp.
#ifndef SAKER_OPS_CORE_WARP_MATRICES_H_
#define SAKER_OPS_CORE_WARP_MATRICES_H_

#include <array>
#include <cstdint>
#include <optional>

#include "ops/core/matrix3.h"

namespace saker {

using Point = std::array<double, 2>;       // x, y
using Corners = std::array<Point, 4>;      // top left, top right, bottom right, bottom left

// What torchvision's functional affine takes. Degrees, clockwise; pixels of the picture.
struct AffineMap {
  double angle = 0;
  Point translate{};
  double scale = 1;  // > 0
  Point shear{};     // degrees along x and y, inside (-90, 90)
};

// torchvision's _get_inverse_affine_matrix. `center`: null for that of the picture.
Matrix3 AffineMatrix(const AffineMap& map, int32_t width, int32_t height,
                     const std::optional<Point>& center = std::nullopt);

struct Rotation {
  Matrix3 matrix;
  int32_t width, height;  // of the output
};

// Pillow's Image.rotate: degrees counter-clockwise; `expand` makes room for the whole picture.
Rotation RotationOf(double angle, bool expand, const std::optional<Point>& center, int32_t width,
                    int32_t height);

// torchvision's _get_perspective_coeffs: the map that moves the picture's `start` corners to `end`;
// coefficients rounded to f32 as theirs are. Null when three of the corners stand in a line.
std::optional<Matrix3> PerspectiveMatrix(const Corners& start, const Corners& end);

}  // namespace saker

#endif  // SAKER_OPS_CORE_WARP_MATRICES_H_
