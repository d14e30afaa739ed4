#include "pipeline/fused_cpu.h"

#include <string>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pipeline/fused_cpu.cc"
#include "hwy/foreach_target.h"
// foreach_target must come before everything that is compiled per target.
#include "hwy/highway.h"
#include "ops/core/visit_step.h"
#include "pipeline/simple_pipeline.h"
// Highway's one-lane scalar target, the fallback for an x86 without SSSE3, has no blocks: it runs
// the reference executor instead.
#if HWY_TARGET != HWY_SCALAR
#include "pipeline/resample-inl.h"
#include "pipeline/run_steps-inl.h"
#include "pipeline/store-inl.h"
#endif

#ifndef SAKER_PIPELINE_FUSED_JOB_
#define SAKER_PIPELINE_FUSED_JOB_
namespace saker {

struct FusedJob {
  const SamplePlan* plan;
  const DecodedImage* image;
  const OutputView* out;
  ExecutorScratch::Impl* scratch;
};

inline Status NoMemory() { return Status(ErrorCode::kMemory, "no memory for the pixel buffers"); }

// Steps that map rows in place as they come; any other begins a pass of its own.
inline bool MapsRows(const PixelStep& step) {
  const PassKind pass = PassOf(step);
  return pass == PassKind::kPointwise || pass == PassKind::kPlaced || pass == PassKind::kTable;
}

}  // namespace saker
#endif

HWY_BEFORE_NAMESPACE();
namespace saker {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR

Status RunFused(const FusedJob& job) { return ExecuteSimple(*job.plan, *job.image, *job.out); }

#else

// A plan is a list of passes. The first makes rows of the resampled source; each later one begins
// with the step that had to wait for the whole picture. Every row then goes through the row steps
// behind it, and is stored, or gathered for the next pass. Only what a later pass reads is kept as
// a picture; the rows of the last pass go from one buffer straight to the output.
class FusedRun {
 public:
  explicit FusedRun(const FusedJob& job)
      : plan_(*job.plan),
        image_(*job.image),
        out_(*job.out),
        scratch_(*job.scratch),
        count_(plan_.steps.size()) {}

  Status Run() {
    if (!scratch_.interleaved.Reserve(PlanarPicture::Floats(plan_.width(), 1) * sizeof(float)))
      return NoMemory();
    if (scratch_.states.size() < count_) scratch_.states.resize(count_);
    SAKER_RETURN_IF_ERROR(SourcePass());
    while (end_ != count_) SAKER_RETURN_IF_ERROR(StepPass());
    return OkStatus();
  }

 private:
  StepState& state(size_t i) { return scratch_.states[i]; }

  // Sets picture_ to where a pass of this size goes, which ends before the next step that waits;
  // `first` is the first row step behind what makes the rows.
  bool BeginPass(size_t first, int32_t width, int32_t height, bool keep_picture = false) {
    for (end_ = first; end_ != count_ && MapsRows(plan_.steps[end_]); ++end_)
      Begin(plan_.steps[end_], width, height, &state(end_));
    first_ = first;
    if (end_ != count_) Begin(plan_.steps[end_], width, height, &state(end_));
    whole_ = keep_picture || end_ != count_;
    current_ ^= 1;
    AlignedBuffer& memory = scratch_.pictures[current_];
    const int32_t rows = whole_ ? height : 1;
    if (!memory.Reserve(PlanarPicture::Floats(width, rows) * sizeof(float))) return false;
    picture_ = {memory.as<float>(), PaddedWidth(width), width, height};
    return true;
  }

  PlanarRow Row(int32_t y) const { return picture_.Row(whole_ ? y : 0); }

  // Row steps [from, end_), then the row is stored, or gathered for the step that waits.
  HWY_INLINE void FinishRow(size_t from, const PlanarRow& row, int32_t y) {
    const int32_t width = picture_.width;
    for (size_t i = from; i != end_; ++i) Map(plan_.steps[i], state(i), row, width, y);
    if (end_ == count_) {
      StoreRow(plan_, row, scratch_.interleaved.as<float>(), y, out_.data);
    } else {
      Gather(plan_.steps[end_], row, width, &state(end_));
    }
  }

  Status ResamplePass(const ResampleInput& input, const std::array<float, 3>& fill) {
    Resampler resampler;
    if (!resampler.Start(input, fill, &scratch_.resample)) return NoMemory();
    for (int32_t y = 0; y < picture_.height; ++y) {
      const PlanarRow row = Row(y);
      resampler.Row(y, row);
      FinishRow(first_, row, y);
    }
    return OkStatus();
  }

  Status SourcePass() {
    const Rect& source = plan_.source;
    PrepareResample(plan_.x, plan_.y, source.x, source.y, source.height, &scratch_.resample);
    ResampleInput input;
    input.bytes = image_.view.Row(source.y - image_.origin_y) +
                  static_cast<size_t>(source.x - image_.origin_x) *
                      static_cast<size_t>(image_.view.channels);
    input.stride = image_.view.stride;
    input.channels = image_.view.channels;
    input.width = source.width;
    if (!BeginPass(0, plan_.x.size(), plan_.y.size())) return NoMemory();
    return ResamplePass(input, plan_.fill);
  }

  Status StepPass() {
    const size_t at = end_;
    const PixelStep& step = plan_.steps[at];
    Finish(step, &state(at));
    const PassKind pass = PassOf(step);
    if (pass == PassKind::kHistogram || pass == PassKind::kStatistic) return MapPass(at);
    const PlanarPicture in = picture_;
    const bool picture_step = pass == PassKind::kPicture;
    if (!BeginPass(at + 1, step.width, step.height, picture_step)) return NoMemory();
    if (pass == PassKind::kResample) {
      const Resampling& r =
          plan_.resamples[static_cast<size_t>(step.Get<ResampleStep>().index)];
      PrepareResample(r.x, r.y, r.in_x, r.in_y, in.height, &scratch_.resample);
      ResampleInput input;
      input.planar = in;
      input.width = in.width;
      return ResamplePass(input, r.fill);
    }
    if (picture_step) {
      SAKER_RETURN_IF_ERROR(RunWhole(step, in, picture_, &scratch_.arena));
      scratch_.arena.EndStep();
      for (int32_t y = 0; y < step.height; ++y) FinishRow(at + 1, Row(y), y);
      return OkStatus();
    }
    for (int32_t y = 0; y < step.height; ++y) {
      const PlanarRow row = Row(y);
      Neighbour(step, state(at), in, y, step.width, row);
      FinishRow(at + 1, row, y);
    }
    return OkStatus();
  }

  // A step that waited for its statistics maps the picture in place.
  Status MapPass(size_t at) {
    const PlanarPicture in = picture_;
    for (end_ = at + 1; end_ != count_ && MapsRows(plan_.steps[end_]); ++end_)
      Begin(plan_.steps[end_], in.width, in.height, &state(end_));
    if (end_ != count_) Begin(plan_.steps[end_], in.width, in.height, &state(end_));
    for (int32_t y = 0; y < in.height; ++y) FinishRow(at, in.Row(y), y);
    return OkStatus();
  }

  const SamplePlan& plan_;
  const DecodedImage& image_;
  const OutputView& out_;
  ExecutorScratch::Impl& scratch_;
  const size_t count_;
  size_t first_ = 0, end_ = 0;  // the row steps of the pass at hand
  bool whole_ = false;          // the pass keeps its picture
  int current_ = 0;
  PlanarPicture picture_;
};

Status RunFused(const FusedJob& job) { return FusedRun(job).Run(); }

#endif  // HWY_TARGET != HWY_SCALAR

int64_t RunningTarget() { return HWY_TARGET; }

}  // namespace HWY_NAMESPACE
}  // namespace saker
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace saker {
namespace {

HWY_EXPORT(RunFused);
HWY_EXPORT(RunningTarget);

}  // namespace

Status ExecuteFused(const SamplePlan& plan, const DecodedImage& image, ExecutorScratch* scratch,
                    const OutputView& out) {
  const FusedJob job{&plan, &image, &out, scratch->impl()};
  return HWY_DYNAMIC_DISPATCH(RunFused)(job);
}

std::string SimdTarget() { return hwy::TargetName(HWY_DYNAMIC_DISPATCH(RunningTarget)()); }

}  // namespace saker
#endif  // HWY_ONCE
