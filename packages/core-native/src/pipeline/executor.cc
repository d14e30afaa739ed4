#include "pipeline/executor.h"

#include <string>

#include "hwy/targets.h"
#include "pipeline/fused_cpu.h"
#include "pipeline/simple_pipeline.h"

namespace saker {

ExecutorScratch::ExecutorScratch() : impl_(std::make_unique<Impl>()) {}
ExecutorScratch::~ExecutorScratch() = default;

Status Execute(const SamplePlan& plan, const DecodedImage& image, ExecutorScratch* scratch,
               const OutputView& out, ExecutorKind kind) {
  const Rect& need = plan.source;
  const bool holds = need.x >= image.origin_x && need.y >= image.origin_y &&
                     need.x + need.width <= image.origin_x + image.view.width &&
                     need.y + need.height <= image.origin_y + image.view.height &&
                     (image.view.channels == 1 || image.view.channels == 3);
  if (!holds)
    return Status(ErrorCode::kInternal, "the decoded region does not hold the planned one");
  if (out.bytes < plan.output_bytes()) {
    return Status(ErrorCode::kInternal, "the output has " + std::to_string(out.bytes) +
                                            " bytes, the plan makes " +
                                            std::to_string(plan.output_bytes()));
  }
  if (kind == ExecutorKind::kReference) return ExecuteSimple(plan, image, out);
  return ExecuteFused(plan, image, scratch, out);
}

std::vector<std::string> SimdTargets() {
  std::vector<std::string> names;
  // Highway numbers better targets lower. The library may know targets that were not compiled here.
  for (int64_t rest = hwy::SupportedTargets() & HWY_TARGETS; rest != 0; rest &= rest - 1) {
    names.emplace_back(hwy::TargetName(rest & -rest));
  }
  return names;
}

}  // namespace saker
