#include "ops/core/warp_matrices.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace saker {
namespace {

constexpr double kPi = 3.14159265358979323846;

double Radians(double degrees) { return degrees * (kPi / 180.0); }

// Whole turns of a right angle must give exact zeros and ones.
double Rounded15(double v) { return std::nearbyint(v * 1e15) / 1e15; }

Point CenterOf(const std::optional<Point>& center, int32_t width, int32_t height) {
  return center.value_or(Point{{width * 0.5, height * 0.5}});
}

// Solves the 8 equations in place, with partial pivoting; false when they have no one solution.
bool Solve(std::array<std::array<double, 9>, 8>* equations) {
  auto& a = *equations;
  for (size_t k = 0; k < 8; ++k) {
    size_t best = k;
    for (size_t r = k + 1; r < 8; ++r) {
      if (std::abs(a[r][k]) > std::abs(a[best][k])) best = r;
    }
    std::swap(a[k], a[best]);
    if (!(std::abs(a[k][k]) > 1e-9)) return false;
    for (size_t r = 0; r < 8; ++r) {
      if (r == k) continue;
      const double factor = a[r][k] / a[k][k];
      for (size_t c = k; c < 9; ++c) a[r][c] -= factor * a[k][c];
    }
  }
  for (size_t k = 0; k < 8; ++k) a[k][8] /= a[k][k];
  return true;
}

}  // namespace

Matrix3 AffineMatrix(const AffineMap& map, int32_t width, int32_t height,
                     const std::optional<Point>& center) {
  const auto [cx, cy] = CenterOf(center, width, height);
  const double rot = Radians(map.angle), sx = Radians(map.shear[0]), sy = Radians(map.shear[1]);
  // R(angle) ShearY(sy) ShearX(sx), whose determinant is 1.
  const double a = std::cos(rot - sy) / std::cos(sy);
  const double b = -(a * std::tan(sx) + std::sin(rot));
  const double c = std::sin(rot - sy) / std::cos(sy);
  const double d = std::cos(rot) - c * std::tan(sx);
  Matrix3 m{{d / map.scale, -b / map.scale, 0, -c / map.scale, a / map.scale, 0, 0, 0, 1}};
  const double tx = cx + map.translate[0], ty = cy + map.translate[1];
  m[2] = cx - m[0] * tx - m[1] * ty;
  m[5] = cy - m[3] * tx - m[4] * ty;
  return m;
}

Rotation RotationOf(double angle, bool expand, const std::optional<Point>& center, int32_t width,
                    int32_t height) {
  const auto [cx, cy] = CenterOf(center, width, height);
  double turn = std::fmod(angle, 360.0);
  if (turn < 0) turn += 360.0;
  const double rot = -Radians(turn);
  const double cosine = Rounded15(std::cos(rot)), sine = Rounded15(std::sin(rot));
  Matrix3 m{{cosine, sine, 0, -sine, cosine, 0, 0, 0, 1}};
  const auto at = [&m](double x, double y) {
    return Point{{m[0] * x + m[1] * y + m[2], m[3] * x + m[4] * y + m[5]}};
  };
  const Point moved = at(-cx, -cy);
  m[2] = moved[0] + cx;
  m[5] = moved[1] + cy;
  if (!expand) return {m, width, height};
  double lo_x = 1e300, hi_x = -1e300, lo_y = 1e300, hi_y = -1e300;
  for (int corner = 0; corner < 4; ++corner) {
    const Point p = at(corner % 2 * width, corner / 2 * height);
    lo_x = std::min(lo_x, p[0]);
    hi_x = std::max(hi_x, p[0]);
    lo_y = std::min(lo_y, p[1]);
    hi_y = std::max(hi_y, p[1]);
  }
  const int32_t w = static_cast<int32_t>(std::ceil(hi_x) - std::floor(lo_x));
  const int32_t h = static_cast<int32_t>(std::ceil(hi_y) - std::floor(lo_y));
  const Point shifted = at(-(w - width) / 2.0, -(h - height) / 2.0);
  m[2] = shifted[0];
  m[5] = shifted[1];
  return {m, w, h};
}

std::optional<Matrix3> PerspectiveMatrix(const Corners& start, const Corners& end) {
  std::array<std::array<double, 9>, 8> equations{};
  for (size_t i = 0; i < 4; ++i) {
    const auto [x, y] = end[i];
    const auto [u, v] = start[i];
    equations[2 * i] = {x, y, 1, 0, 0, 0, -u * x, -u * y, u};
    equations[2 * i + 1] = {0, 0, 0, x, y, 1, -v * x, -v * y, v};
  }
  if (!Solve(&equations)) return std::nullopt;
  Matrix3 m = kIdentity3;
  for (size_t i = 0; i < 8; ++i) m[i] = static_cast<float>(equations[i][8]);
  return m;
}

}  // namespace saker
