#include "pipeline/fused_cpu.h"

#include <algorithm>
#include <string>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pipeline/fused_cpu.cc"
#include "hwy/foreach_target.h"
// foreach_target must come before everything that is compiled per target.
#include "hwy/highway.h"
#include "pipeline/fused_cpu-inl.h"
#include "pipeline/half-inl.h"
#include "pipeline/simple_pipeline.h"

#ifndef SAKER_PIPELINE_FUSED_JOB_
#define SAKER_PIPELINE_FUSED_JOB_
namespace saker {

// One run, prepared: everything that does not depend on the SIMD target's width, and a place to get
// memory.
struct FusedJob {
  const SamplePlan* plan;
  const DecodedImage* image;
  const OutputView* out;
  const uint8_t* source;  // first pixel of plan->source
  size_t stride;
  int channels;
  ExecutorScratch::Impl* scratch;
};

}  // namespace saker
#endif

HWY_BEFORE_NAMESPACE();
namespace saker {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR

bool RunFused(const FusedJob& job) { return ExecuteSimple(*job.plan, *job.image, *job.out).ok(); }

#else

size_t RoundUp(size_t n, size_t to) { return (n + to - 1) / to * to; }

// The buffers of a run, cut from one allocation; every part starts on a cache line.
struct Buffers {
  uint8_t* bytes;  // kRows source rows, interleaved
  float* ring;
  float* mixed;         // one output row, RGBx
  float* planes;        // PlanarRow of one row, or of all rows when a step needs the whole picture
  float* other;         // as many planes again when a step reads neighbours
  float* line;          // one row with the border that a blur reflects
  size_t ring_stride;   // floats from one ring row to the next
  size_t plane_stride;  // floats of one padded planar row
};

// Taps of the widest blur along x.
size_t WidestBlur(const ColorSteps& steps) {
  int32_t taps = 0;
  for (const ColorStep& step : steps) {
    if (step.kind == ColorStepKind::kBlur) taps = std::max(taps, step.whole[0]);
  }
  return static_cast<size_t>(taps);
}

bool Reserve(const FusedJob& job, size_t ring_groups, bool whole, bool neighbours, Buffers* b) {
  const SamplePlan& plan = *job.plan;
  const size_t width = static_cast<size_t>(plan.width()), source_w = RoundUp(plan.source.width, 4);
  b->plane_stride = RoundUp(width, 16);
  b->ring_stride = b->plane_stride * 4;
  const size_t lanes = static_cast<size_t>(kLanes);
  const size_t rows = whole ? static_cast<size_t>(plan.height()) : 1;
  // InterleaveScaled writes one more row of 3 values a pixel.
  const size_t parts[6] = {source_w * lanes,
                           ring_groups * kRows * b->ring_stride * sizeof(float),
                           b->ring_stride * sizeof(float),
                           (rows + 1) * 3 * b->plane_stride * sizeof(float),
                           (neighbours ? rows * 3 * b->plane_stride : 0) * sizeof(float),
                           (b->plane_stride + WidestBlur(plan.colors)) * sizeof(float)};
  size_t total = 0, offsets[6];
  for (int i = 0; i < 6; ++i) {
    offsets[i] = total;
    total += RoundUp(parts[i], kBufferAlignment);
  }
  if (!job.scratch->memory.Reserve(total)) return false;
  uint8_t* base = job.scratch->memory.data();
  b->bytes = base + offsets[0];
  b->ring = reinterpret_cast<float*>(base + offsets[1]);
  b->mixed = reinterpret_cast<float*>(base + offsets[2]);
  b->planes = reinterpret_cast<float*>(base + offsets[3]);
  b->other = reinterpret_cast<float*>(base + offsets[4]);
  b->line = reinterpret_cast<float*>(base + offsets[5]);
  return true;
}

// Horizontally resampled source rows, made in groups of kRows needed rows when first asked for.
class RowRing {
 public:
  RowRing(const FusedJob& job, const Buffers& buffers, size_t groups, const float* fill)
      : job_(job), buffers_(buffers), groups_(static_cast<int32_t>(groups)), fill_(fill) {
    job_.scratch->ring_tags.assign(groups, -1);
  }

  const float* Row(int32_t source_row) {
    const int32_t index = job_.scratch->needed_index[static_cast<size_t>(source_row)];
    const int32_t group = index / kRows, slot = group % groups_;
    float* at = buffers_.ring + static_cast<size_t>(slot) * kRows * buffers_.ring_stride;
    if (job_.scratch->ring_tags[static_cast<size_t>(slot)] != group) {
      Make(group, at);
      job_.scratch->ring_tags[static_cast<size_t>(slot)] = group;
    }
    return at + static_cast<size_t>(index % kRows) * buffers_.ring_stride;
  }

 private:
  void Make(int32_t group, float* at) {
    const std::vector<int32_t>& needed = job_.scratch->needed_rows;
    const uint8_t* rows[kRows];
    for (int32_t r = 0; r < kRows; ++r) {
      const size_t i = std::min(static_cast<size_t>(group * kRows + r), needed.size() - 1);
      rows[r] = job_.source + static_cast<size_t>(needed[i]) * job_.stride;
    }
    ExpandRows(rows, job_.plan->source.width, job_.channels, buffers_.bytes);
    HorizontalPass(job_.scratch->x, buffers_.bytes, fill_, at, buffers_.ring_stride);
  }

  const FusedJob& job_;
  const Buffers& buffers_;
  const int32_t groups_;
  const float* fill_;
};

// `count` values from `from` (padded to kLanes), scaled and biased, to element `at` of the output.
void StoreValues(OutputDtype dtype, const float* from, int32_t count, float scale, float bias,
                 void* out, size_t at) {
  switch (dtype) {
    case OutputDtype::kU8:
      return StoreU8(from, count, static_cast<uint8_t*>(out) + at);
    case OutputDtype::kF32:
      return StoreF32(from, count, scale, bias, static_cast<float*>(out) + at);
    case OutputDtype::kF16:
    case OutputDtype::kBf16:
      return StoreHalves(DF(), from, count, scale, bias, dtype == OutputDtype::kBf16,
                         static_cast<uint16_t*>(out) + at);
  }
}

void StoreRow(const FusedJob& job, const PlanarRow& row, float* interleaved, int32_t y) {
  const SamplePlan& plan = *job.plan;
  const int32_t width = plan.width();
  const size_t area = static_cast<size_t>(width) * static_cast<size_t>(plan.height());
  const size_t at = static_cast<size_t>(y) * static_cast<size_t>(width);
  void* const out = job.out->data;
  if (plan.channels == 1) {
    const PlanarRow copy = row;
    const DF d;
    for (int32_t x = 0; x < width; x += kLanes) {
      hn::Store(Luma(d, hn::Load(d, copy.r + x), hn::Load(d, copy.g + x), hn::Load(d, copy.b + x)),
                d, interleaved + x);
    }
    StoreValues(plan.dtype, interleaved, width, plan.scale[0], plan.bias[0], out, at);
    return;
  }
  if (plan.layout == OutputLayout::kNchw) {
    const float* planes[3] = {row.r, row.g, row.b};
    for (size_t c = 0; c < 3; ++c)
      StoreValues(plan.dtype, planes[c], width, plan.scale[c], plan.bias[c], out, c * area + at);
    return;
  }
  InterleaveScaled(plan, row, width, interleaved);
  if (plan.dtype == OutputDtype::kF32) {
    std::memcpy(static_cast<float*>(out) + at * 3, interleaved,
                static_cast<size_t>(width) * 3 * sizeof(float));
  } else {
    // Scaled already. -0 as bias leaves every value as it is, -0 too.
    StoreValues(plan.dtype, interleaved, width * 3, 1, -0.0f, out, at * 3);
  }
}

bool RunFused(const FusedJob& job) {
  const SamplePlan& plan = *job.plan;
  const AxisTable& ty = job.scratch->y;
  const int32_t width = plan.width(), height = plan.height();
  const ColorStep* const steps_begin = plan.colors.begin();
  const ColorStep* const steps_end = plan.colors.end();
  const auto next_whole = [steps_end](const ColorStep* from) {
    return std::find_if(from, steps_end,
                        [](const ColorStep& s) { return NeedsWholePicture(s.kind); });
  };
  const ColorStep* segment_end = next_whole(steps_begin);
  const bool whole = segment_end != steps_end;
  const bool neighbours = std::any_of(steps_begin, steps_end,
                                      [](const ColorStep& s) { return ReadsNeighbours(s.kind); });
  std::vector<StepState>& states = job.scratch->steps;
  const auto state_of = [&](const ColorStep* step) -> StepState& {
    return states[static_cast<size_t>(step - steps_begin)];
  };

  // A window of `taps` rows touches at most this many groups.
  const size_t groups = static_cast<size_t>(ty.taps) / kRows + 2;
  Buffers buffers;
  if (!Reserve(job, groups, whole, neighbours, &buffers)) return false;
  HWY_ALIGN float fill[kLanes];
  for (int i = 0; i < kLanes; ++i)
    fill[i] = i % 4 < 3 ? plan.fill[static_cast<size_t>(i % 4)] : 0.0f;
  RowRing ring(job, buffers, groups, fill);

  const size_t plane = buffers.plane_stride;
  PlanarPicture picture{buffers.planes, plane, width, height};
  float* const interleaved = buffers.planes + (whole ? static_cast<size_t>(height) : 1) * 3 * plane;

  std::vector<const float*>& taps = job.scratch->tap_rows;
  taps.resize(static_cast<size_t>(ty.taps));
  // Pointwise steps [from, segment_end) on a row; then it is stored, or gathered for the step that
  // waits for the whole picture.
  const auto finish_row = [&](const ColorStep* from, const PlanarRow& row, int32_t y) {
    for (const ColorStep* s = from; s != segment_end; ++s) ColorRow(*s, state_of(s), row, width, y);
    if (segment_end == steps_end) {
      StoreRow(job, row, interleaved, y);
    } else {
      GatherRow(*segment_end, row, width, buffers.line, &state_of(segment_end));
    }
  };
  for (int32_t y = 0; y < height; ++y) {
    const int32_t count = ty.count[static_cast<size_t>(y)],
                  start = ty.start[static_cast<size_t>(y)];
    for (int32_t k = 0; k < count; ++k) taps[static_cast<size_t>(k)] = ring.Row(start + k);
    VerticalPass(taps.data(),
                 ty.weights.data() + static_cast<size_t>(y) * static_cast<size_t>(ty.taps), count,
                 1.0f - ty.inside[static_cast<size_t>(y)], fill, width * 4, buffers.mixed);
    const PlanarRow row = picture.Row(whole ? y : 0);
    Deinterleave(buffers.mixed, width, row);
    finish_row(steps_begin, row, y);
  }

  // Each step that waited is a pass over the f32 picture, with the steps up to the next one behind
  // it.
  float* spare = buffers.other;
  while (segment_end != steps_end) {
    const ColorStep* const step = segment_end;
    segment_end = next_whole(step + 1);
    FinishStatistics(*step, static_cast<double>(width) * height, &state_of(step));
    if (!ReadsNeighbours(step->kind)) {
      for (int32_t y = 0; y < height; ++y) finish_row(step, picture.Row(y), y);
      continue;
    }
    PlanarPicture out = picture;
    out.first = spare;
    spare = picture.first;
    for (int32_t y = 0; y < height; ++y) {
      NeighbourRow(*step, state_of(step), picture, y, out.Row(y));
      finish_row(step + 1, out.Row(y), y);
    }
    picture = out;
  }
  return true;
}

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

// The source rows that any output reads, and where each stands among them.
void ListNeededRows(const AxisTable& y, int32_t source_rows, ExecutorScratch::Impl* scratch) {
  scratch->needed_index.assign(static_cast<size_t>(source_rows), -1);
  for (size_t o = 0; o < static_cast<size_t>(y.size); ++o) {
    for (int32_t k = 0; k < y.count[o]; ++k)
      scratch->needed_index[static_cast<size_t>(y.start[o] + k)] = 0;
  }
  scratch->needed_rows.clear();
  for (int32_t row = 0; row < source_rows; ++row) {
    int32_t& index = scratch->needed_index[static_cast<size_t>(row)];
    if (index < 0) continue;
    index = static_cast<int32_t>(scratch->needed_rows.size());
    scratch->needed_rows.push_back(row);
  }
}

}  // namespace

Status ExecuteFused(const SamplePlan& plan, const DecodedImage& image, ExecutorScratch* scratch,
                    const OutputView& out) {
  ExecutorScratch::Impl* impl = scratch->impl();
  BuildAxisTable(plan.x, plan.source.x, &impl->axis, &impl->x);
  BuildAxisTable(plan.y, plan.source.y, &impl->axis, &impl->y);
  ListNeededRows(impl->y, plan.source.height, impl);
  if (impl->steps.size() < plan.colors.size()) impl->steps.resize(plan.colors.size());
  for (size_t i = 0; i < plan.colors.size(); ++i) PrepareStep(plan.colors[i], &impl->steps[i]);
  FusedJob job;
  job.plan = &plan;
  job.source = image.view.Row(plan.source.y - image.origin_y) +
               static_cast<size_t>(plan.source.x - image.origin_x) *
                   static_cast<size_t>(image.view.channels);
  job.stride = image.view.stride;
  job.channels = image.view.channels;
  job.scratch = impl;
  job.image = &image;
  job.out = &out;
  if (!HWY_DYNAMIC_DISPATCH(RunFused)(job)) {
    return Status(ErrorCode::kMemory, "no memory for the pixel buffers");
  }
  return OkStatus();
}

std::string SimdTarget() { return hwy::TargetName(HWY_DYNAMIC_DISPATCH(RunningTarget)()); }

}  // namespace saker
#endif  // HWY_ONCE
