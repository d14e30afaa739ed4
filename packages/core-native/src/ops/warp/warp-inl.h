// Warp for Highway: one output row, in double. Formula: warp_steps.h. Multiplications and additions
// stay apart, as in Pillow's C: where a value falls on a whole level, a fused rounding would show.
#if defined(SAKER_OPS_WARP_WARP_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SAKER_OPS_WARP_WARP_INL_H_
#undef SAKER_OPS_WARP_WARP_INL_H_
#else
#define SAKER_OPS_WARP_WARP_INL_H_
#endif

#include <cstdint>

#include "hwy/highway.h"
#include "ops/core/level_table-inl.h"
#include "ops/core/planar-inl.h"
#include "ops/warp/warp_steps.h"

HWY_BEFORE_NAMESPACE();
namespace saker {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_HAVE_SCALABLE
using DW = hn::FixedTag<double, 2>;
#else
using DW = hn::CappedTag<double, 8>;
#endif
using VW = hn::Vec<DW>;
using DWf = hn::Rebind<float, DW>;
using DWi = hn::Rebind<int32_t, DW>;
using VWi = hn::Vec<DWi>;
inline constexpr int kWarpLanes = static_cast<int>(hn::MaxLanes(DW()));

HWY_INLINE void PrepareRow(const WarpStep&, StepState*, const PlanarRow& row, int32_t width) {
  const DF d;
  ForPixels(row, width, [&](VF& r, VF& g, VF& b) HWY_ATTR {
    r = RoundToLevel(d, r);
    g = RoundToLevel(d, g);
    b = RoundToLevel(d, b);
  });
}

// The picture that the step gets. Indices are those of the whole input, clamped to what is there:
// for a pixel that counts the same as clamping at the edges of the input, for any other no reading
// outside.
struct WarpInput {
  const float* first;
  int32_t row_stride, plane;
  int32_t last_x, last_y;  // of the picture
  int32_t in_x, in_y;

  HWY_INLINE VWi Column(VWi x) const {
    const DWi di;
    return hn::Min(hn::Max(hn::Sub(x, hn::Set(di, in_x)), hn::Zero(di)), hn::Set(di, last_x));
  }
  HWY_INLINE VWi RowStart(VWi y) const {
    const DWi di;
    const VWi row =
        hn::Min(hn::Max(hn::Sub(y, hn::Set(di, in_y)), hn::Zero(di)), hn::Set(di, last_y));
    return hn::Mul(row, hn::Set(di, row_stride));
  }
  HWY_INLINE VW At(VWi row_start, VWi column, int c) const {
    return hn::PromoteTo(DW(), hn::GatherIndex(DWf(), first + static_cast<size_t>(c) * plane,
                                               hn::Add(row_start, column)));
  }
};

HWY_INLINE VW Between(VW a, VW b, VW d) { return hn::Add(a, hn::Mul(hn::Sub(b, a), d)); }

HWY_INLINE VW Cubic(VW v0, VW v1, VW v2, VW v3, VW d) {
  const VW p2 = hn::Sub(v2, v0);
  const VW p3 = hn::Sub(hn::Add(hn::Mul(hn::Set(DW(), 2.0), hn::Sub(v0, v1)), v2), v3);
  const VW p4 = hn::Add(hn::Sub(hn::Sub(v1, v0), v2), v3);
  const VW inner = hn::Add(p3, hn::Mul(d, p4));
  return hn::Add(v1, hn::Mul(d, hn::Add(p2, hn::Mul(d, inner))));
}

// The input positions of kWarpLanes output pixels from `x` on, in row `y`.
struct WarpPosition {
  VW u, v;
};

HWY_INLINE WarpPosition PositionAt(const WarpStep& step, int32_t x, int32_t y) {
  const DW d;
  const Matrix3& m = step.matrix;
  const VW px = hn::Add(
      hn::Add(hn::Set(d, static_cast<double>(step.x0)),
              hn::Mul(hn::Set(d, static_cast<double>(step.step_x)),
                      hn::Iota(d, static_cast<double>(x)))),
      hn::Set(d, 0.5));
  const double py = step.y0 + step.step_y * y + 0.5;
  const auto line = [&](size_t r) HWY_ATTR {
    const VW xy = hn::Add(hn::Mul(hn::Set(d, m[r]), px), hn::Set(d, m[r + 1] * py));
    return hn::Add(xy, hn::Set(d, m[r + 2]));
  };
  VW u = line(0), v = line(3);
  if (!step.affine()) {
    const VW w = line(6);
    u = hn::Div(u, w);
    v = hn::Div(v, w);
  }
  return {u, v};
}

// Channel `c` at the positions, which lie inside.
HWY_INLINE VW Sampled(const WarpInput& in, Interpolation filter, const WarpPosition& p, int c) {
  const DW d;
  const DWi di;
  if (filter == Interpolation::kNearest) {
    return in.At(in.RowStart(hn::DemoteTo(di, p.v)), in.Column(hn::DemoteTo(di, p.u)), c);
  }
  const VW half = hn::Set(d, 0.5);
  const VW u = hn::Sub(p.u, half), v = hn::Sub(p.v, half);
  const VW fu = hn::Floor(u), fv = hn::Floor(v);
  const VW dx = hn::Sub(u, fu), dy = hn::Sub(v, fv);
  const VWi px = hn::DemoteTo(di, fu), py = hn::DemoteTo(di, fv);
  const VWi one = hn::Set(di, 1);
  if (filter == Interpolation::kBilinear) {
    const VWi x0 = in.Column(px), x1 = in.Column(hn::Add(px, one));
    const VWi r0 = in.RowStart(py), r1 = in.RowStart(hn::Add(py, one));
    return Between(Between(in.At(r0, x0, c), in.At(r0, x1, c), dx),
                   Between(in.At(r1, x0, c), in.At(r1, x1, c), dx), dy);
  }
  const VWi x0 = in.Column(hn::Sub(px, one)), x1 = in.Column(px),
            x2 = in.Column(hn::Add(px, one)), x3 = in.Column(hn::Add(px, hn::Set(di, 2)));
  const auto row = [&](int32_t k) HWY_ATTR {
    const VWi r = in.RowStart(hn::Add(py, hn::Set(di, k)));
    return Cubic(in.At(r, x0, c), in.At(r, x1, c), in.At(r, x2, c), in.At(r, x3, c), dx);
  };
  return Cubic(row(-1), row(0), row(1), row(2), dy);
}

// Nearest by fixed point: integers, one pixel after the other.
inline void FixedPointRow(const WarpStep& step, const PlanarPicture& in, int32_t y, int32_t width,
                          const PlanarRow& out) {
  float* to[3] = {out.r, out.g, out.b};
  for (int32_t x = 0; x < width; ++x) {
    const FixedPoint p =
        FixedPosition(step, step.x0 + step.step_x * x, step.y0 + step.step_y * y);
    const bool inside = p.u >= 0 && p.u < step.in_width && p.v >= 0 && p.v < step.in_height;
    for (int c = 0; c < 3; ++c) {
      to[c][x] = inside ? in.Line(static_cast<int32_t>(p.v) - step.in_y, c)[p.u - step.in_x]
                        : step.fill[static_cast<size_t>(c)];
    }
  }
}

HWY_INLINE void NeighbourRow(const WarpStep& step, const StepState&, const PlanarPicture& in,
                             int32_t y, int32_t width, const PlanarRow& out) {
  if (step.fixed_point) return FixedPointRow(step, in, y, width, out);
  const DW d;
  const DWf df;
  const WarpInput input{in.first,          static_cast<int32_t>(3 * in.plane),
                        static_cast<int32_t>(in.plane),
                        in.width - 1,      in.height - 1,
                        step.in_x,         step.in_y};
  const VW top_u = hn::Set(d, static_cast<double>(step.in_width));
  const VW top_v = hn::Set(d, static_cast<double>(step.in_height));
  const VW zero = hn::Zero(d), top = hn::Set(d, 255.0);
  float* to[3] = {out.r, out.g, out.b};
  for (int32_t x = 0; x < width; x += kWarpLanes) {
    WarpPosition p = PositionAt(step, x, y);
    // Behind the width stands no pixel; it may not read what the planner cut.
    const auto wanted = hn::Lt(hn::Iota(d, static_cast<double>(x)),
                               hn::Set(d, static_cast<double>(width)));
    const auto inside =
        hn::And(wanted, hn::And(hn::And(hn::Ge(p.u, zero), hn::Lt(p.u, top_u)),
                                hn::And(hn::Ge(p.v, zero), hn::Lt(p.v, top_v))));
    const bool any = !hn::AllFalse(d, inside);
    // Outside reads the first pixel that is there, and drops it.
    p.u = hn::IfThenElse(inside, p.u, hn::Set(d, step.in_x + 0.5));
    p.v = hn::IfThenElse(inside, p.v, hn::Set(d, step.in_y + 0.5));
    for (int c = 0; c < 3; ++c) {
      VW value = hn::Set(d, static_cast<double>(step.fill[static_cast<size_t>(c)]));
      if (any) {
        const VW mixed = Sampled(input, step.filter, p, c);
        value = hn::IfThenElse(inside, hn::Floor(hn::Min(hn::Max(mixed, zero), top)), value);
      }
      hn::Store(hn::DemoteTo(df, value), df, to[c] + x);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace saker
HWY_AFTER_NAMESPACE();

#endif  // SAKER_OPS_WARP_WARP_INL_H_
