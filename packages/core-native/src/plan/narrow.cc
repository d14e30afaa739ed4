#include "plan/narrow.h"

#include <algorithm>
#include <cmath>

#include "base/image.h"
#include "ops/core/visit_step.h"

namespace saker {
namespace {

bool IsPointwise(const PixelStep& step) {
  const PassKind pass = PassOf(step);
  return pass == PassKind::kPointwise || pass == PassKind::kTable;
}

bool Cuts(const PixelStep& step) {
  return step.kind == StepKind::kWarp || step.kind == StepKind::kResample;
}

void FillSizes(PlanBuilder* plan) {
  int32_t w = plan->x.size(), h = plan->y.size();
  for (uint32_t i = 0; i < plan->steps.count; ++i) {
    PixelStep& step = plan->steps[i];
    if (step.width == 0) {
      step.width = w;
      step.height = h;
    }
    w = step.width;
    h = step.height;
  }
}

// Whether what stands before step `i` can make a part of its picture only.
bool CanCutBefore(const PlanBuilder& plan, uint32_t i) {
  while (i-- > 0) {
    if (plan.steps[i].kind == StepKind::kWarp) return true;
    if (const ResampleStep* resample = plan.steps[i].If<ResampleStep>()) {
      const Resampling& r = plan.resamples[static_cast<size_t>(resample->index)];
      return r.x.count < AxisChain::kMaxSteps && r.y.count < AxisChain::kMaxSteps;
    }
    if (!IsPointwise(plan.steps[i])) return false;
  }
  return plan.x.count < AxisChain::kMaxSteps - 2 && plan.y.count < AxisChain::kMaxSteps - 2;
}

// [lo, hi] of input coordinates to the pixels that a filter may read there, clamped to [0, size).
AxisRange Pixels(double lo, double hi, int32_t size) {
  // Bicubic reads from 1 before to 2 behind floor(u - 0.5); one more for what a float map rounds.
  const double first = std::clamp(std::floor(lo) - 3, 0.0, static_cast<double>(size));
  const double end = std::clamp(std::ceil(hi) + 4, 0.0, static_cast<double>(size));
  return {static_cast<int32_t>(first), static_cast<int32_t>(end)};
}

// What a warp of `width` x `height` reads of its input: the hull of its corners, as long as the
// horizon of a projective map does not cross the output.
Rect InputOf(const WarpStep& warp, int32_t width, int32_t height) {
  const Rect whole{0, 0, warp.in_width, warp.in_height};
  double lo_u = 1e300, hi_u = -1e300, lo_v = 1e300, hi_v = -1e300;
  int front = 0;
  for (int corner = 0; corner < 4; ++corner) {
    const double x = warp.x0 + warp.step_x * (corner % 2 * (width - 1)) + 0.5;
    const double y = warp.y0 + warp.step_y * (corner / 2 * (height - 1)) + 0.5;
    const Matrix3& m = warp.matrix;
    const double w = m[6] * x + m[7] * y + m[8];
    if (std::abs(w) < 1e-6) return whole;
    front += w > 0 ? 1 : -1;
    const double u = (m[0] * x + m[1] * y + m[2]) / w, v = (m[3] * x + m[4] * y + m[5]) / w;
    if (!std::isfinite(u) || !std::isfinite(v)) return whole;
    lo_u = std::min(lo_u, u);
    hi_u = std::max(hi_u, u);
    lo_v = std::min(lo_v, v);
    hi_v = std::max(hi_v, v);
  }
  if (std::abs(front) != 4 || !(lo_u <= hi_u) || !(lo_v <= hi_v)) return whole;
  const AxisRange u = Pixels(lo_u, hi_u, warp.in_width), v = Pixels(lo_v, hi_v, warp.in_height);
  // All outside: one pixel stands for the picture that is not read.
  if (u.empty() || v.empty()) return {0, 0, 1, 1};
  return {u.lo, v.lo, u.hi - u.lo, v.hi - v.lo};
}

Rect InputOf(const Resampling& resampling) {
  AxisRange u = SourceRange(resampling.x), v = SourceRange(resampling.y);
  // Nothing but border along an axis: one pixel there stands for it. The other axis is still read.
  if (u.empty()) u = {0, 1};
  if (v.empty()) v = {0, 1};
  return {u.lo, v.lo, u.hi - u.lo, v.hi - v.lo};
}

// Cuts the output of the warp or resample `step` to `need`.
void CutOutput(const Rect& need, PixelStep* step, PlanBuilder* plan) {
  if (step->kind == StepKind::kWarp) {
    WarpStep warp = step->Get<WarpStep>();
    warp.x0 += warp.step_x * need.x;
    warp.y0 += warp.step_y * need.y;
    step->Set(warp);
  } else {
    Resampling& r = plan->resamples[static_cast<size_t>(step->Get<ResampleStep>().index)];
    SAKER_CHECK(AppendCrop(&r.x, need.x, need.width) && AppendCrop(&r.y, need.y, need.height));
  }
}

}  // namespace

void NarrowSteps(PlanBuilder* plan) {
  FillSizes(plan);
  Rect need{0, 0, plan->width(), plan->height()};
  for (uint32_t i = plan->steps.count; i-- > 0;) {
    PixelStep& step = plan->steps[i];
    const bool cut = need.width != step.width || need.height != step.height;
    if (cut && Cuts(step)) CutOutput(need, &step, plan);
    step.width = need.width;
    step.height = need.height;
    if (!Cuts(step)) {
      // A pointwise step hands the window on; any other has the size it had.
      if (!IsPointwise(step) && i > 0) {
        const PixelStep& before = plan->steps[i - 1];
        need = {0, 0, before.width, before.height};
      } else if (!IsPointwise(step)) {
        need = {0, 0, plan->x.size(), plan->y.size()};
      }
      continue;
    }
    const bool warp = step.kind == StepKind::kWarp;
    Rect input;
    if (warp) {
      input = InputOf(step.Get<WarpStep>(), step.width, step.height);
    } else {
      input = InputOf(plan->resamples[static_cast<size_t>(step.Get<ResampleStep>().index)]);
    }
    const Rect full{0, 0, i > 0 ? plan->steps[i - 1].width : plan->x.size(),
                    i > 0 ? plan->steps[i - 1].height : plan->y.size()};
    if (!CanCutBefore(*plan, i)) input = full;
    if (warp) {
      WarpStep cut_warp = step.Get<WarpStep>();
      cut_warp.in_x = input.x;
      cut_warp.in_y = input.y;
      step.Set(cut_warp);
    } else {
      Resampling& r = plan->resamples[static_cast<size_t>(step.Get<ResampleStep>().index)];
      r.in_x = input.x;
      r.in_y = input.y;
    }
    need = input;
  }
  const bool whole = need.width == plan->x.size() && need.height == plan->y.size();
  if (!whole) {
    SAKER_CHECK(AppendCrop(&plan->x, need.x, need.width));
    SAKER_CHECK(AppendCrop(&plan->y, need.y, need.height));
  }
}

}  // namespace saker
