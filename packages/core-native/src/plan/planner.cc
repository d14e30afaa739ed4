#include <algorithm>
#include <cmath>
#include <string>

#include "codec/orient.h"
#include "gen/ops.h"
#include "plan/dct_scale.h"
#include "plan/narrow.h"
#include "plan/op_tree.h"
#include "plan/plan.h"

namespace saker {
namespace {

// The rectangle of the upright (scaled) picture that the chains read. A picture of nothing but
// border still decodes some pixels, so that a damaged file is noticed; the rows of one that is all
// border along x are still read.
Rect NeededRect(const AxisChain& x, const AxisChain& y) {
  AxisRange cols = SourceRange(x), rows = SourceRange(y);
  if (cols.empty()) cols = {0, 1};
  if (rows.empty()) rows = {0, 1};
  return {cols.lo, rows.lo, cols.hi - cols.lo, rows.hi - rows.lo};
}

// The stored full-resolution rectangle whose 1/denom decode holds `source`.
Rect StoredRegion(const Rect& source, const ImageInfo& info, int denom) {
  const int scaled_w = (info.width + denom - 1) / denom;
  const int scaled_h = (info.height + denom - 1) / denom;
  const Rect stored = StoredRect(source, scaled_w, scaled_h, info.orientation);
  const int x1 = std::min((stored.x + stored.width) * denom, info.width);
  const int y1 = std::min((stored.y + stored.height) * denom, info.height);
  return {stored.x * denom, stored.y * denom, x1 - stored.x * denom, y1 - stored.y * denom};
}

void FillTail(const PipelineProgram& program, const PlanBuilder& built, SamplePlan* plan) {
  plan->dtype = program.dtype;
  plan->layout = program.layout;
  plan->channels = program.channels;
  if (program.dtype == OutputDtype::kU8) {
    plan->scale = {1, 1, 1};
    plan->bias = {0, 0, 0};
    return;
  }
  for (int c = 0; c < 3; ++c) {
    plan->scale[c] = static_cast<float>(built.scale[c] / 255.0);
    plan->bias[c] = static_cast<float>(built.bias[c]);
  }
}

// Erased boxes of the mean get the value that the tail maps to 0.
void ResolveMeans(PlanBuilder* built) {
  for (size_t i = 0; i < built->steps.size(); ++i) {
    const EraseStep* erase = built->steps[i].If<EraseStep>();
    if (erase == nullptr || erase->value != EraseKind::kMean) continue;
    EraseStep step = *erase;
    step.value = EraseKind::kColor;
    for (size_t c = 0; c < 3; ++c) {
      const double mean = -built->bias[c] / built->scale[c] * 255;
      step.color[c] = static_cast<float>(std::clamp(mean, 0.0, 255.0));
    }
    built->steps[i].Set(step);
  }
}

Status CheckPixels(int32_t width, int32_t height) {
  if (static_cast<int64_t>(width) * height <= kMaxOutputPixels) return OkStatus();
  return Status(ErrorCode::kImageTooLarge, "the pipeline would make " + std::to_string(width) +
                                               "x" + std::to_string(height) + " pixels of it");
}

}  // namespace

Status MakePlan(const PipelineProgram& program, const ImageInfo& info, const SampleKey& key,
                SamplePlan* plan, int32_t view) {
  PlanBuilder built;
  built.view = view;
  built.x.source_size = info.oriented_width();
  built.y.source_size = info.oriented_height();
  SAKER_RETURN_IF_ERROR(OpTree(program.ops, key).PlanAll(&built));
  NarrowSteps(&built);
  ResolveMeans(&built);
  SAKER_RETURN_IF_ERROR(CheckPixels(built.x.size(), built.y.size()));
  for (const PixelStep& step : built.steps)
    SAKER_RETURN_IF_ERROR(CheckPixels(step.width, step.height));

  int denom = 1;
  if (program.dct_scaling == DctScaling::kAuto && info.format == ImageFormat::kJpeg) {
    denom = ApplyDctScale(info.orientation, &built.x, &built.y);
  }
  *plan = SamplePlan();
  plan->x = built.x;
  plan->y = built.y;
  plan->has_fill = built.has_fill;
  plan->fill = built.fill;
  plan->steps = built.steps;
  plan->resamples = built.resamples;
  FillTail(program, built, plan);
  plan->source = NeededRect(plan->x, plan->y);
  plan->decode.region = StoredRegion(plan->source, info, denom);
  plan->decode.scale_denom = denom;
  plan->decode.channels = info.channels == 1 ? 1 : 3;
  return OkStatus();
}

}  // namespace saker
