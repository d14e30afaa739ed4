// Warp: a picture through a projective map, by Pillow's Image.transform (Geometry.c).
//
// Output pixel (x, y) stands at X = x0 + step_x x, Y = y0 + step_y y of the frame that the matrix
// maps: (X + 0.5, Y + 0.5, 1) goes to input coordinates, where pixel k covers [k, k + 1). Outside
// the input is the fill colour, with no fraction; inside, the neighbours of bilinear and bicubic
// (a = -1, as Pillow has it there) are clamped at the edge. Values are whole levels before and
// after: the input is rounded half up, the result truncated as Pillow does, all in double. Nearest
// affine maps use Pillow's 16.16 fixed point. docs/design/0006-warps.md.
#ifndef SAKER_OPS_WARP_WARP_STEPS_H_
#define SAKER_OPS_WARP_WARP_STEPS_H_

#include <array>
#include <cmath>
#include <cstdint>

#include "gen/op_params.h"
#include "ops/core/matrix3.h"
#include "ops/core/pixel_step.h"
#include "ops/core/step_state.h"

namespace saker {

struct WarpStep {
  static constexpr StepKind kKind = StepKind::kWarp;
  static constexpr const char* kName = "warp";
  static constexpr PassKind kPass = PassKind::kNeighbours;

  Matrix3 matrix = kIdentity3;
  int32_t x0 = 0, y0 = 0;
  int32_t step_x = 1, step_y = 1;  // 1 or -1
  // The whole input, and where the picture that the step gets begins in it: the planner cuts what
  // no output needs.
  int32_t in_width = 0, in_height = 0;
  int32_t in_x = 0, in_y = 0;
  std::array<float, 3> fill{};
  Interpolation filter = Interpolation::kBilinear;  // never kLanczos
  bool fixed_point = false;  // kNearest: Pillow's integer positions

  template <class V>
  void VisitFields(V&& visit) const {
    visit("matrix", matrix);
    visit("origin", std::array<int32_t, 2>{{x0, y0}});
    visit("direction", std::array<int32_t, 2>{{step_x, step_y}});
    visit("inputSize", std::array<int32_t, 2>{{in_width, in_height}});
    visit("inputOrigin", std::array<int32_t, 2>{{in_x, in_y}});
    visit("fill", fill);
    visit("filter", EnumNames<Interpolation>::names[static_cast<int>(filter)]);
  }

  SAKER_HOST_DEVICE bool affine() const {
    return matrix[6] == 0 && matrix[7] == 0 && matrix[8] == 1;
  }
};

// An input position in whole pixels.
struct FixedPoint {
  int64_t u, v;
};

// The input pixel of a place of the frame by 16.16 fixed point (Geometry.c, affine_fixed).
SAKER_HOST_DEVICE inline FixedPoint FixedPosition(const WarpStep& step, int64_t x, int64_t y) {
  const auto fix = [](double v) { return static_cast<int64_t>(std::floor(v * 65536.0 + 0.5)); };
  const Matrix3& m = step.matrix;
  const auto at = [&](size_t row) {
    const double start = m[row + 2] + m[row] * 0.5 + m[row + 1] * 0.5;
    return (fix(start) + fix(m[row]) * x + fix(m[row + 1]) * y) >> 16;
  };
  return {at(0), at(3)};
}

inline void Prepare(const WarpStep&, int32_t, StepState*) {}

}  // namespace saker

#endif  // SAKER_OPS_WARP_WARP_STEPS_H_
