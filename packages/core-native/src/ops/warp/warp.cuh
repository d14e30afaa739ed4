// Warp for CUDA: one output pixel, in double, multiplications and additions apart. Formula:
// warp_steps.h.
#ifndef SAKER_OPS_WARP_WARP_CUH_
#define SAKER_OPS_WARP_WARP_CUH_

#include "ops/core/device_pixel.cuh"
#include "ops/warp/warp_steps.h"

namespace saker {
namespace device {

// The input on levels, edge pixels repeated; `picture` is the part of it that is there. Indices are
// clamped to that part: for a pixel that counts the same as clamping at the edges of the input, for
// any other no reading outside.
struct WarpInput {
  const Planes& picture;
  const WarpStep& step;

  SAKER_DEVICE Pixel At(int32_t x, int32_t y) const {
    x -= step.in_x;
    y -= step.in_y;
    x = x < 0 ? 0 : (x < picture.width ? x : picture.width - 1);
    y = y < 0 ? 0 : (y < picture.height ? y : picture.height - 1);
    Pixel p = picture.At(x, y);
    SAKER_UNROLL
    for (int c = 0; c < 3; ++c) p.c[c] = static_cast<float>(LevelOf(p.c[c]));
    return p;
  }
};

SAKER_DEVICE double Between(double a, double b, double d) { return a + (b - a) * d; }

// Keys' cubic with a = -1/2 through four neighbours (Geometry.c, BICUBIC).
SAKER_DEVICE double CubicBetween(double v0, double v1, double v2, double v3, double d) {
  const double p2 = v2 - v0, p3 = 2.0 * (v0 - v1) + v2 - v3, p4 = v1 - v0 - v2 + v3;
  return v1 + d * (p2 + d * (p3 + d * p4));
}

SAKER_DEVICE float WarpedLevel(double value) {
  return static_cast<float>(floor(value < 0 ? 0.0 : (value > 255 ? 255.0 : value)));
}

SAKER_DEVICE Pixel WarpLinear(const WarpInput& in, double u, double v) {
  const double fu = floor(u - 0.5), fv = floor(v - 0.5);
  const double dx = u - 0.5 - fu, dy = v - 0.5 - fv;
  const int32_t x = static_cast<int32_t>(fu), y = static_cast<int32_t>(fv);
  const Pixel p00 = in.At(x, y), p01 = in.At(x + 1, y);
  const Pixel p10 = in.At(x, y + 1), p11 = in.At(x + 1, y + 1);
  Pixel out;
  SAKER_UNROLL
  for (int c = 0; c < 3; ++c) {
    const double above = Between(p00.c[c], p01.c[c], dx), below = Between(p10.c[c], p11.c[c], dx);
    out.c[c] = WarpedLevel(Between(above, below, dy));
  }
  return out;
}

SAKER_DEVICE Pixel WarpCubic(const WarpInput& in, double u, double v) {
  const double fu = floor(u - 0.5), fv = floor(v - 0.5);
  const double dx = u - 0.5 - fu, dy = v - 0.5 - fv;
  const int32_t x = static_cast<int32_t>(fu), y = static_cast<int32_t>(fv);
  double rows[4][3];
  SAKER_UNROLL
  for (int k = 0; k < 4; ++k) {
    const Pixel p0 = in.At(x - 1, y - 1 + k), p1 = in.At(x, y - 1 + k);
    const Pixel p2 = in.At(x + 1, y - 1 + k), p3 = in.At(x + 2, y - 1 + k);
    SAKER_UNROLL
    for (int c = 0; c < 3; ++c) rows[k][c] = CubicBetween(p0.c[c], p1.c[c], p2.c[c], p3.c[c], dx);
  }
  Pixel out;
  SAKER_UNROLL
  for (int c = 0; c < 3; ++c)
    out.c[c] = WarpedLevel(CubicBetween(rows[0][c], rows[1][c], rows[2][c], rows[3][c], dy));
  return out;
}

SAKER_DEVICE Pixel ReadPixel(const WarpStep& step, const Planes& picture, int32_t ox, int32_t oy) {
  const Matrix3& m = step.matrix;
  const double x = step.x0 + step.step_x * ox + 0.5, y = step.y0 + step.step_y * oy + 0.5;
  double u = m[0] * x + m[1] * y + m[2], v = m[3] * x + m[4] * y + m[5];
  if (!step.affine()) {
    const double w = m[6] * x + m[7] * y + m[8];
    u /= w;
    v /= w;
  } else if (step.fixed_point) {
    const FixedPoint p =
        FixedPosition(step, step.x0 + step.step_x * ox, step.y0 + step.step_y * oy);
    u = static_cast<double>(p.u);
    v = static_cast<double>(p.v);
  }
  if (!(u >= 0 && u < step.in_width && v >= 0 && v < step.in_height))
    return {{step.fill[0], step.fill[1], step.fill[2]}};
  const WarpInput in = {picture, step};
  if (step.filter == Interpolation::kNearest)
    return in.At(static_cast<int32_t>(u), static_cast<int32_t>(v));
  return step.filter == Interpolation::kBilinear ? WarpLinear(in, u, v) : WarpCubic(in, u, v);
}

}  // namespace device
}  // namespace saker

#endif  // SAKER_OPS_WARP_WARP_CUH_
