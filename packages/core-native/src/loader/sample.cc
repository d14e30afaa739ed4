#include "loader/sample.h"

#include <algorithm>
#include <cstring>

#include "base/clock.h"
#include "codec/orient.h"

namespace saker {
namespace {

Status RunInto(const SampleJob& job, const SampleSource& source, const SampleKey& key,
               const OutputView& out, SampleScratch* scratch, StageTimes* times) {
  Bytes bytes;
  SAKER_RETURN_IF_ERROR(OpenSource(source, job.limits, scratch, &bytes, times));
  const int64_t start = NowNs();
  ImageInfo info;
  SAKER_RETURN_IF_ERROR(PlanSample(job, bytes, key, &info, scratch));
  times->decode_ns += NowNs() - start;
  if (OutputBytes(scratch->plans) != out.bytes) {
    return Status(ErrorCode::kInternal, "the plan's output has another size than its slot");
  }
  return RunPlans(job, bytes, info, out, scratch, times);
}

// The smallest rectangle around both.
Rect Around(const Rect& a, const Rect& b) {
  const int x = std::min(a.x, b.x), y = std::min(a.y, b.y);
  return {x, y, std::max(a.x + a.width, b.x + b.width) - x,
          std::max(a.y + a.height, b.y + b.height) - y};
}

}  // namespace

Status OpenSource(const SampleSource& source, const CodecLimits& limits, SampleScratch* scratch,
                  Bytes* bytes, StageTimes* times) {
  if (source.path == nullptr) {
    *bytes = source.bytes;
    return OkStatus();
  }
  const int64_t start = NowNs();
  const Status status =
      scratch->file.OpenRange(*source.path, source.range, limits.max_bytes, source.files);
  *bytes = scratch->file.bytes();
  times->read_ns += NowNs() - start;
  return status;
}

Status PlanViews(const PipelineProgram& program, const ImageInfo& info, const SampleKey& key,
                 std::vector<SamplePlan>* plans) {
  plans->resize(static_cast<size_t>(program.views));
  int32_t view = 0;
  for (SamplePlan& plan : *plans) {
    SAKER_RETURN_IF_ERROR(MakePlan(program, info, key, &plan, view++));
  }
  return OkStatus();
}

Status PlanSample(const SampleJob& job, Bytes bytes, const SampleKey& key, ImageInfo* info,
                  SampleScratch* scratch) {
  SAKER_RETURN_IF_ERROR(Probe(bytes, job.limits, info));
  return PlanViews(*job.program, *info, key, &scratch->plans);
}

size_t OutputBytes(const std::vector<SamplePlan>& plans) {
  return plans.size() * plans.front().output_bytes();
}

Status ExecuteViews(const SampleJob& job, const DecodedImage& image, size_t first, size_t end,
                    const OutputView& out, SampleScratch* scratch, StageTimes* times) {
  if (job.decode_only) return OkStatus();
  const int64_t start = NowNs();
  Status status;
  for (size_t view = first; view < end && status.ok(); ++view) {
    const SamplePlan& plan = scratch->plans[view];
    const size_t bytes = plan.output_bytes();
    const OutputView place{static_cast<uint8_t*>(out.data) + view * bytes, bytes};
    status = Execute(plan, image, &scratch->executor, place, job.executor);
  }
  times->pixel_ns += NowNs() - start;
  return status;
}

Status RunPlans(const SampleJob& job, Bytes bytes, const ImageInfo& info, const OutputView& out,
                SampleScratch* scratch, StageTimes* times) {
  const std::vector<SamplePlan>& plans = scratch->plans;
  for (size_t first = 0, end = 0; first < plans.size(); first = end) {
    const int64_t start = NowNs();
    DecodeRequest request = plans[first].decode;
    request.library_only = job.library_only;
    for (end = first + 1;
         end < plans.size() && plans[end].decode.scale_denom == request.scale_denom; ++end) {
      request.region = Around(request.region, plans[end].decode.region);
    }
    DecodedImage image;
    SAKER_RETURN_IF_ERROR(Decode(bytes, info, request, &scratch->decode, &image, job.limits));
    SAKER_RETURN_IF_ERROR(OrientImage(&image, info.orientation, &scratch->decode));
    times->decode_ns += NowNs() - start;
    SAKER_RETURN_IF_ERROR(ExecuteViews(job, image, first, end, out, scratch, times));
  }
  return OkStatus();
}

Status RunSample(const SampleJob& job, const SampleSource& source, const SampleKey& key,
                 const OutputView& out, SampleScratch* scratch, StageTimes* times) {
  Status status = RunInto(job, source, key, out, scratch, times);
  if (!status.ok()) std::memset(out.data, 0, out.bytes);
  scratch->file.Close();
  return status;
}

}  // namespace saker
