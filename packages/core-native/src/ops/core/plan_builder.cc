#include "ops/core/plan_builder.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "ops/core/visit_step.h"

namespace saker {
namespace {

Status Unsupported(std::string detail) {
  return Status(ErrorCode::kPipelineUnsupported, std::move(detail));
}

void Keep(Status status, PlanBuilder* plan) {
  if (plan->status.ok()) plan->status = std::move(status);
}

// Geometry after the step does not move before it.
bool IsFence(PassKind pass) {
  return pass == PassKind::kPlaced || pass == PassKind::kNeighbours ||
         pass == PassKind::kPicture || pass == PassKind::kResample;
}

PixelStep* LastFence(PlanBuilder* plan) {
  for (uint32_t i = plan->steps.count; i-- > 0;) {
    if (IsFence(PassOf(plan->steps[i]))) return &plan->steps[i];
  }
  return nullptr;
}

// Chains that geometry composes into, and the colour of their borders.
struct Geometry {
  AxisChain* x;
  AxisChain* y;
  bool* has_fill;
  std::array<float, 3>* fill;
  PixelStep* step;  // the Resample that they belong to; null: the source
};

Geometry OfSource(PlanBuilder* plan) {
  return {&plan->x, &plan->y, &plan->has_fill, &plan->fill, nullptr};
}

Geometry OfResample(PixelStep* step, PlanBuilder* plan) {
  Resampling& r = plan->resamples[static_cast<size_t>(step->Get<ResampleStep>().index)];
  return {&r.x, &r.y, &r.has_fill, &r.fill, step};
}

// A Resample at the end of the steps. False, with the plan's status set, when there is no room.
bool AddResample(PlanBuilder* plan, Geometry* out) {
  Resampling resampling;
  resampling.x.source_size = plan->width();
  resampling.y.source_size = plan->height();
  ResampleStep step;
  step.index = static_cast<int32_t>(plan->resamples.size());
  if (!plan->resamples.push_back(resampling)) {
    Keep(Unsupported("geometry in more than " + std::to_string(Resamplings::capacity()) +
                     " places behind warps, filters or boxes; bring it together"),
         plan);
    return false;
  }
  Status added = plan->Add(step, plan->height(), plan->width());
  if (!added.ok()) {
    Keep(std::move(added), plan);
    return false;
  }
  *out = OfResample(&plan->steps[plan->steps.size() - 1], plan);
  return true;
}

bool Target(PlanBuilder* plan, Geometry* out) {
  PixelStep* fence = LastFence(plan);
  if (fence == nullptr) {
    *out = OfSource(plan);
    return true;
  }
  if (fence->kind == StepKind::kResample) {
    *out = OfResample(fence, plan);
    return true;
  }
  return AddResample(plan, out);
}

// After a change of `g`.
void Done(const Geometry& g, bool fits, PlanBuilder* plan) {
  if (!fits) Keep(Unsupported("more geometry than a plan holds"), plan);
  if (g.step == nullptr) return;
  g.step->width = g.x->size();
  g.step->height = g.y->size();
}

void Flip(bool along_x, PlanBuilder* plan) {
  Geometry g = OfSource(plan);
  for (uint32_t i = plan->steps.count; i-- > 0;) {
    PixelStep* step = &plan->steps[i];
    if (step->kind == StepKind::kWarp) {
      WarpStep warp = step->Get<WarpStep>();
      int32_t& origin = along_x ? warp.x0 : warp.y0;
      int32_t& direction = along_x ? warp.step_x : warp.step_y;
      origin += direction * ((along_x ? step->width : step->height) - 1);
      direction = -direction;
      step->Set(warp);
      return;
    }
    if (step->kind == StepKind::kResample) {
      g = OfResample(step, plan);
      break;
    }
    // Any other step commutes with a flip; a box is drawn anywhere with equal chance.
    if (PassOf(*step) == PassKind::kPicture) {
      if (!AddResample(plan, &g)) return;
      break;
    }
  }
  Done(g, AppendFlip(along_x ? g.x : g.y), plan);
}

// Pillow takes nearest affine maps that turn or shear in 16.16 fixed point when all four corners
// have coordinates below 32768 (Geometry.c, ImagingTransformAffine).
bool FitsFixedPoint(const Matrix3& m, Interpolation filter, int32_t width, int32_t height) {
  if (filter != Interpolation::kNearest || m[6] != 0 || m[7] != 0 || m[8] != 1) return false;
  if (m[1] == 0 && m[3] == 0) return false;
  for (int corner = 0; corner < 4; ++corner) {
    const double x = corner % 2 * width, y = corner / 2 * height;
    if (!(std::abs(m[0] * x + m[1] * y + m[2]) < 32768)) return false;
    if (!(std::abs(m[3] * x + m[4] * y + m[5]) < 32768)) return false;
  }
  return true;
}

}  // namespace

int32_t PlanBuilder::width() const {
  for (uint32_t i = steps.count; i-- > 0;) {
    if (steps[i].width > 0) return steps[i].width;
  }
  return x.size();
}

int32_t PlanBuilder::height() const {
  for (uint32_t i = steps.count; i-- > 0;) {
    if (steps[i].height > 0) return steps[i].height;
  }
  return y.size();
}

void PlanBuilder::Crop(int32_t top, int32_t left, int32_t h, int32_t w) {
  SAKER_CHECK(top >= 0 && h >= 1 && top + h <= height());
  SAKER_CHECK(left >= 0 && w >= 1 && left + w <= width());
  if (h == height() && w == width()) return;
  PixelStep* fence = LastFence(this);
  if (fence != nullptr && fence->kind == StepKind::kWarp) {
    WarpStep warp = fence->Get<WarpStep>();
    warp.x0 += warp.step_x * left;
    warp.y0 += warp.step_y * top;
    fence->Set(warp);
    fence->width = w;
    fence->height = h;
    return;
  }
  Geometry g;
  if (!Target(this, &g)) return;
  const bool fits = AppendCrop(g.y, top, h);
  Done(g, AppendCrop(g.x, left, w) && fits, this);
}

void PlanBuilder::FlipX() { Flip(true, this); }
void PlanBuilder::FlipY() { Flip(false, this); }

Status PlanBuilder::Pad(const std::array<int32_t, 4>& padding, const std::array<double, 3>& color,
                        PaddingMode mode) {
  if (padding == std::array<int32_t, 4>{}) return OkStatus();
  Geometry g;
  if (!Target(this, &g)) return status;
  if (mode == PaddingMode::kConstant) {
    if (normalized) return Unsupported("a constant border after Normalize; put it before");
    const std::array<float, 3> wanted{static_cast<float>(color[0]), static_cast<float>(color[1]),
                                      static_cast<float>(color[2])};
    // A chain has one border colour, and what stands behind it would change that.
    const PixelStep* first_behind = g.step == nullptr ? steps.begin() : g.step + 1;
    if ((*g.has_fill && *g.fill != wanted) || first_behind != steps.end()) {
      if (!AddResample(this, &g)) return status;
    }
    *g.has_fill = true;
    *g.fill = wanted;
  }
  const bool fits = AppendPad(g.x, padding[0], padding[2], mode);
  Done(g, AppendPad(g.y, padding[1], padding[3], mode) && fits, this);
  return OkStatus();
}

void PlanBuilder::Resize(int32_t h, int32_t w, Interpolation filter, bool antialias) {
  Geometry g;
  if (!Target(this, &g)) return;
  const bool fits = AppendResize(g.y, h, filter, antialias);
  Done(g, AppendResize(g.x, w, filter, antialias) && fits, this);
}

Status PlanBuilder::CropPadded(int32_t top, int32_t left, int32_t h, int32_t w) {
  const int32_t pad_left = std::max(-left, 0), pad_top = std::max(-top, 0);
  const int32_t pad_right = std::max(left + w - width(), 0);
  const int32_t pad_bottom = std::max(top + h - height(), 0);
  SAKER_RETURN_IF_ERROR(
      Pad({pad_left, pad_top, pad_right, pad_bottom}, {}, PaddingMode::kConstant));
  if (!status.ok()) return status;
  Crop(top + pad_top, left + pad_left, h, w);
  return OkStatus();
}

Status PlanBuilder::Add(const PixelStep& step) {
  if (!steps.push_back(step)) {
    return Unsupported("more than " + std::to_string(PixelSteps::capacity()) +
                       " pixel steps in one pipeline");
  }
  return OkStatus();
}

Status PlanBuilder::Add(const PixelStep& step, int32_t out_h, int32_t out_w) {
  PixelStep sized = step;
  sized.width = out_w;
  sized.height = out_h;
  return Add(sized);
}

Status PlanBuilder::Warp(const Matrix3& output_to_input, int32_t out_h, int32_t out_w,
                         Interpolation filter, bool has_fill_color,
                         const std::array<float, 3>& fill_color) {
  if (filter == Interpolation::kLanczos) return Unsupported("a warp with the lanczos filter");
  if (output_to_input == kIdentity3 && out_h == height() && out_w == width()) return OkStatus();
  WarpStep warp;
  warp.matrix = output_to_input;
  warp.in_width = width();
  warp.in_height = height();
  warp.filter = filter;
  if (has_fill_color) warp.fill = fill_color;
  warp.fixed_point = FitsFixedPoint(warp.matrix, filter, out_w, out_h);
  PixelStep* last = steps.size() > 0 ? &steps[steps.size() - 1] : nullptr;
  if (last != nullptr && last->kind == StepKind::kWarp) {
    const WarpStep before = last->Get<WarpStep>();
    if (before.filter == filter && before.fill == warp.fill) {
      const double sx = before.step_x, sy = before.step_y;
      const Matrix3 frame{{sx, 0, before.x0 + 0.5 - 0.5 * sx, 0, sy, before.y0 + 0.5 - 0.5 * sy, 0,
                           0, 1}};
      warp.matrix = Multiply(before.matrix, Multiply(frame, output_to_input));
      warp.in_width = before.in_width;
      warp.in_height = before.in_height;
      warp.fixed_point = FitsFixedPoint(warp.matrix, filter, out_w, out_h);
      last->Set(warp);
      last->width = out_w;
      last->height = out_h;
      return OkStatus();
    }
  }
  return Add(warp, out_h, out_w);
}

Status PlanBuilder::Warp(const Matrix3& output_to_input, int32_t out_h, int32_t out_w,
                         Interpolation filter, const std::array<double, 3>& fill_color) {
  std::array<float, 3> levels{};
  for (size_t c = 0; c < 3; ++c) levels[c] = static_cast<float>(std::floor(fill_color[c]));
  return Warp(output_to_input, out_h, out_w, filter, true, levels);
}

}  // namespace saker
