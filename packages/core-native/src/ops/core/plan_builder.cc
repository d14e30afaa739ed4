#include "ops/core/plan_builder.h"

#include <algorithm>

namespace saker {
namespace {

void Append(AxisChain* chain, const AxisStep& step) {
  SAKER_CHECK(chain->count < AxisChain::kMaxSteps);  // CompileProgram bounds the steps of a program
  chain->steps[chain->count++] = step;
}

void CropAxis(AxisChain* chain, int32_t offset, int32_t size) {
  SAKER_CHECK(offset >= 0 && size >= 1 && offset + size <= chain->size());
  if (offset == 0 && size == chain->size()) return;
  AxisStep* last = chain->count > 0 ? &chain->steps[chain->count - 1] : nullptr;
  if (last != nullptr && last->kind == AxisStepKind::kCrop) {
    last->offset += offset;
    last->size = size;
    return;
  }
  AxisStep step;
  step.kind = AxisStepKind::kCrop;
  step.offset = offset;
  step.size = size;
  Append(chain, step);
}

void FlipAxis(AxisChain* chain) {
  if (chain->count > 0 && chain->steps[chain->count - 1].kind == AxisStepKind::kFlip) {
    --chain->count;
    return;
  }
  AxisStep step;
  step.kind = AxisStepKind::kFlip;
  step.size = chain->size();
  Append(chain, step);
}

void PadAxis(AxisChain* chain, int32_t before, int32_t after, PaddingMode mode) {
  if (before == 0 && after == 0) return;
  AxisStep step;
  step.kind = AxisStepKind::kPad;
  step.padding_mode = mode;
  step.offset = before;
  step.size = chain->size() + before + after;
  Append(chain, step);
}

void ResizeAxis(AxisChain* chain, int32_t size, Interpolation filter, bool antialias) {
  AxisStep step;
  step.kind = AxisStepKind::kResize;
  step.filter = filter;
  step.antialias = antialias;
  step.size = size;
  step.box0 = 0;
  step.box1 = chain->size();
  Append(chain, step);
}

}  // namespace

void PlanBuilder::Crop(int32_t top, int32_t left, int32_t h, int32_t w) {
  CropAxis(&y, top, h);
  CropAxis(&x, left, w);
}

void PlanBuilder::FlipX() { FlipAxis(&x); }
void PlanBuilder::FlipY() { FlipAxis(&y); }

Status PlanBuilder::Pad(const std::array<int32_t, 4>& padding, const std::array<double, 3>& color,
                        PaddingMode mode) {
  if (padding == std::array<int32_t, 4>{}) return OkStatus();
  if (mode == PaddingMode::kConstant) {
    if (normalized || colors.size() > 0) {
      return Status(ErrorCode::kPipelineUnsupported,
                    "a constant border after a colour op or Normalize; put it before them");
    }
    const std::array<float, 3> wanted{static_cast<float>(color[0]), static_cast<float>(color[1]),
                                      static_cast<float>(color[2])};
    if (has_fill && wanted != fill) {
      return Status(ErrorCode::kPipelineUnsupported,
                    "two border colours in one pipeline; all constant borders must have one colour "
                    "(CenterCrop and ResizedCrop fill with black)");
    }
    has_fill = true;
    fill = wanted;
  }
  PadAxis(&x, padding[0], padding[2], mode);
  PadAxis(&y, padding[1], padding[3], mode);
  return OkStatus();
}

void PlanBuilder::Resize(int32_t h, int32_t w, Interpolation filter, bool antialias) {
  ResizeAxis(&y, h, filter, antialias);
  ResizeAxis(&x, w, filter, antialias);
}

Status PlanBuilder::CropPadded(int32_t top, int32_t left, int32_t h, int32_t w) {
  const int32_t pad_left = std::max(-left, 0), pad_top = std::max(-top, 0);
  const int32_t pad_right = std::max(left + w - width(), 0);
  const int32_t pad_bottom = std::max(top + h - height(), 0);
  SAKER_RETURN_IF_ERROR(
      Pad({pad_left, pad_top, pad_right, pad_bottom}, {}, PaddingMode::kConstant));
  Crop(top + pad_top, left + pad_left, h, w);
  return OkStatus();
}

Status PlanBuilder::Color(ColorStepKind kind, double factor) {
  ColorStep step;
  step.kind = kind;
  step.factor = static_cast<float>(factor);
  return Color(step);
}

Status PlanBuilder::Color(const ColorStep& step) {
  if (!colors.push_back(step)) {
    return Status(
        ErrorCode::kPipelineUnsupported,
        "more than " + std::to_string(ColorSteps::capacity()) + " colour steps in one pipeline");
  }
  return OkStatus();
}

}  // namespace saker
