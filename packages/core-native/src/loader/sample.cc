#include "loader/sample.h"

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
  SamplePlan plan;
  SAKER_RETURN_IF_ERROR(PlanSample(job, bytes, key, &info, &plan));
  times->decode_ns += NowNs() - start;
  if (plan.output_bytes() != out.bytes) {
    return Status(ErrorCode::kInternal, "the plan's output has another size than its slot");
  }
  return RunPlan(job, bytes, info, plan, out, scratch, times);
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

Status PlanSample(const SampleJob& job, Bytes bytes, const SampleKey& key, ImageInfo* info,
                  SamplePlan* plan) {
  SAKER_RETURN_IF_ERROR(Probe(bytes, job.limits, info));
  return MakePlan(*job.program, *info, key, plan);
}

Status RunPlan(const SampleJob& job, Bytes bytes, const ImageInfo& info, const SamplePlan& plan,
               const OutputView& out, SampleScratch* scratch, StageTimes* times) {
  const int64_t start = NowNs();
  DecodedImage image;
  DecodeRequest request = plan.decode;
  request.library_only = job.library_only;
  SAKER_RETURN_IF_ERROR(Decode(bytes, info, request, &scratch->decode, &image, job.limits));
  SAKER_RETURN_IF_ERROR(OrientImage(&image, info.orientation, &scratch->decode));
  const int64_t decoded = NowNs();
  if (job.decode_only) {
    times->decode_ns += decoded - start;
    return OkStatus();
  }
  const Status status = Execute(plan, image, &scratch->executor, out, job.executor);
  times->decode_ns += decoded - start;
  times->pixel_ns += NowNs() - decoded;
  return status;
}

Status RunSample(const SampleJob& job, const SampleSource& source, const SampleKey& key,
                 const OutputView& out, SampleScratch* scratch, StageTimes* times) {
  Status status = RunInto(job, source, key, out, scratch, times);
  if (!status.ok()) std::memset(out.data, 0, out.bytes);
  scratch->file.Close();
  return status;
}

}  // namespace saker
