#include "plan/program.h"

#include <string>
#include <utility>

#include "ops/core/axis_chain.h"
#include "ops/core/pixel_step.h"
#include "ops/core/program_walk.h"
#include "ops/resample/resample_steps.h"
#include "plan/op_tree.h"

namespace saker {
namespace {

Status Unsupported(std::string detail) {
  return Status(ErrorCode::kPipelineUnsupported, std::move(detail));
}

}  // namespace

Status CompileProgram(PipelineProgram* program) {
  SAKER_RETURN_IF_ERROR(LinkOps(&program->ops));
  ProgramWalk walk;
  SAKER_RETURN_IF_ERROR(OpTree(program->ops).CheckAll(&walk));
  if (walk.erases_mean && !walk.normalized) {
    return Unsupported("RandomErasing with value mean, which Normalize gives, without Normalize");
  }
  if (walk.normalized && program->dtype == OutputDtype::kU8) {
    return Unsupported("Normalize with u8 output; use f32 output or drop Normalize");
  }
  if (walk.per_channel_normalize && program->channels == 1) {
    return Unsupported("a 1-channel output of a Normalize with 3 values; give it 1 value");
  }
  if (walk.most_axis_steps > AxisChain::kMaxProgramSteps) {
    return Unsupported("more geometry than the " + std::to_string(AxisChain::kMaxProgramSteps) +
                       " steps a plan holds");
  }
  if (walk.resamples > static_cast<int32_t>(Resamplings::capacity())) {
    return Unsupported("geometry in more than " + std::to_string(Resamplings::capacity()) +
                       " places behind warps, filters or boxes; bring it together");
  }
  if (walk.steps > static_cast<int32_t>(PixelSteps::capacity())) {
    return Unsupported("more than " + std::to_string(PixelSteps::capacity()) + " pixel steps");
  }
  if (static_cast<int64_t>(walk.height) * walk.width > kMaxOutputPixels) {
    return Unsupported("an output of " + std::to_string(walk.width) + "x" +
                       std::to_string(walk.height) + " pixels");
  }
  program->height = walk.height;
  program->width = walk.width;
  return OkStatus();
}

}  // namespace saker
