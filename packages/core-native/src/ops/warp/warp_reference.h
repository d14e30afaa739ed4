// Warp for the reference executor: Pillow's Geometry.c read as mathematics, one pixel after the
// other.
#ifndef SAKER_OPS_WARP_WARP_REFERENCE_H_
#define SAKER_OPS_WARP_WARP_REFERENCE_H_

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "ops/core/reference_picture.h"
#include "ops/warp/warp_steps.h"

namespace saker {

// One channel of the whole input on levels, edge pixels repeated; `picture` is the part that is
// there.
inline double EdgePixel(const WarpStep& step, const ReferencePicture& picture,
                        double Rgb::* channel, int y, int x) {
  x = std::clamp(x, 0, step.in_width - 1) - step.in_x;
  y = std::clamp(y, 0, step.in_height - 1) - step.in_y;
  return Level(picture.at(y, x).*channel);
}

// Keys 1981 with a = -1 as a polynomial of the four neighbours (Geometry.c, BICUBIC).
inline double CubicBetween(const double* v, double d) {
  const double p1 = v[1], p2 = -v[0] + v[2], p3 = 2 * (v[0] - v[1]) + v[2] - v[3],
               p4 = -v[0] + v[1] - v[2] + v[3];
  return p1 + d * (p2 + d * (p3 + d * p4));
}

inline double LinearBetween(double a, double b, double d) { return a + (b - a) * d; }

inline void ReferenceWarp(const WarpStep& step, int width, int height, ReferencePicture* picture) {
  const ReferencePicture in = *picture;
  const Matrix3& m = step.matrix;
  *picture = {width, height, {}};
  for (int oy = 0; oy < height; ++oy) {
    for (int ox = 0; ox < width; ++ox) {
      const double x = step.x0 + step.step_x * ox + 0.5, y = step.y0 + step.step_y * oy + 0.5;
      double u = m[0] * x + m[1] * y + m[2], v = m[3] * x + m[4] * y + m[5];
      if (!step.affine()) {
        const double w = m[6] * x + m[7] * y + m[8];
        u /= w;
        v /= w;
      } else if (step.fixed_point) {
        const FixedPoint p = FixedPosition(step, step.x0 + step.step_x * ox,
                                           step.y0 + step.step_y * oy);
        u = static_cast<double>(p.u);
        v = static_cast<double>(p.v);
      }
      Rgb out{step.fill[0], step.fill[1], step.fill[2]};
      if (u >= 0 && u < step.in_width && v >= 0 && v < step.in_height) {
        for (double Rgb::* channel : kChannels) {
          const auto at = [&](int py, int px) { return EdgePixel(step, in, channel, py, px); };
          if (step.filter == Interpolation::kNearest) {
            out.*channel = at(static_cast<int>(v), static_cast<int>(u));
            continue;
          }
          const int px = static_cast<int>(std::floor(u - 0.5));
          const int py = static_cast<int>(std::floor(v - 0.5));
          const double dx = u - 0.5 - px, dy = v - 0.5 - py;
          double value;
          if (step.filter == Interpolation::kBilinear) {
            value = LinearBetween(LinearBetween(at(py, px), at(py, px + 1), dx),
                                  LinearBetween(at(py + 1, px), at(py + 1, px + 1), dx), dy);
          } else {
            double rows[4];
            for (int k = 0; k < 4; ++k) {
              const double line[4] = {at(py - 1 + k, px - 1), at(py - 1 + k, px),
                                      at(py - 1 + k, px + 1), at(py - 1 + k, px + 2)};
              rows[k] = CubicBetween(line, dx);
            }
            value = CubicBetween(rows, dy);
          }
          out.*channel = std::floor(Clamp255(value));
        }
      }
      picture->pixels.push_back(out);
    }
  }
}

}  // namespace saker

#endif  // SAKER_OPS_WARP_WARP_REFERENCE_H_
