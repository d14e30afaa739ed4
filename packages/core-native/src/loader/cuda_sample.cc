#include "loader/cuda_sample.h"

#include <utility>
#include <vector>

#include "base/clock.h"
#include "codec/orient.h"

namespace saker {
namespace {

// Fails `done`'s sample: its output becomes zero first.
void Fail(const Status& status, void* out, size_t bytes, CudaExecutor* executor,
          const CudaExecutor::Done& done) {
  const Status zeroing = executor->Zero(
      out, bytes, [status, done](const Status& zeroed) { done(zeroed.ok() ? status : zeroed); });
  if (!zeroing.ok()) done(status);
}

Status StagePixels(const SampleJob& job, const SamplePlan& plan, Bytes file, const ImageInfo& info,
                   void* out, CudaExecutor* executor, DecodeScratch* decode, ItemPacker* packer,
                   StageTimes* times, const CudaExecutor::Done& done) {
  const int64_t start = NowNs();
  DecodedImage image;
  SAKER_RETURN_IF_ERROR(Decode(file, info, plan.decode, decode, &image, job.limits));
  SAKER_RETURN_IF_ERROR(OrientImage(&image, info.orientation, decode));
  const int64_t decoded = NowNs();
  times->decode_ns += decoded - start;
  const Status status = executor->Run(plan, image, out, packer, done);
  times->pixel_ns += NowNs() - decoded;
  return status;
}

bool EndsAsJpeg(Bytes file) {
  return file.size() > 2 && file[file.size() - 2] == 0xFF && file[file.size() - 1] == 0xD9;
}

// OK: staged, `done` will be called. Otherwise `done` was not taken.
Status StageSample(const SampleJob& job, const SampleSource& source, const SampleKey& key,
                   void* out, size_t bytes, CudaExecutor* executor, SampleScratch* scratch,
                   StageTimes* times, NvjpegCounts* nvjpeg, const CudaExecutor::Done& done) {
  Bytes file;
  SAKER_RETURN_IF_ERROR(OpenSource(source, job.limits, scratch, &file, times));
  const int64_t start = NowNs();
  ImageInfo info;
  SAKER_RETURN_IF_ERROR(PlanSample(job, file, key, &info, scratch));
  // One view: see CheckCudaProgram.
  SamplePlan& plan = scratch->plans.front();
  plan.decode.library_only = job.library_only;
  times->decode_ns += NowNs() - start;
  if (OutputBytes(scratch->plans) != bytes)
    return Status(ErrorCode::kInternal, "the plan's output has another size than its slot");
  if (job.decode_only) {
    DecodedImage image;
    SAKER_RETURN_IF_ERROR(
        Decode(file, info, plan.decode, &scratch->decode, &image, job.limits));
    return executor->Zero(out, bytes, done);
  }
  if (nvjpeg != nullptr && info.format == ImageFormat::kJpeg) {
    if (info.orientation == 1 && plan.decode.scale_denom == 1 && EndsAsJpeg(file)) {
      ++nvjpeg->sent;
      return executor->RunJpeg(
          plan, info, file, out, &scratch->packer, done,
          [=, plan = plan](const std::vector<uint8_t>& copy) {
            ++nvjpeg->fallbacks;
            DecodeScratch decode;
            ItemPacker packer;
            StageTimes unused;
            const Status status = StagePixels(job, plan, {copy.data(), copy.size()}, info, out, executor,
                                              &decode, &packer, &unused, done);
            if (!status.ok()) Fail(status, out, bytes, executor, done);
          });
    }
    ++nvjpeg->fallbacks;
  }
  return StagePixels(job, plan, file, info, out, executor, &scratch->decode, &scratch->packer, times,
                     done);
}

}  // namespace

void RunSampleOnDevice(const SampleJob& job, const SampleSource& source, const SampleKey& key,
                       void* out, size_t bytes, CudaExecutor* executor, SampleScratch* scratch,
                       StageTimes* times, NvjpegCounts* nvjpeg, const CudaExecutor::Done& done) {
  const Status status =
      StageSample(job, source, key, out, bytes, executor, scratch, times, nvjpeg, done);
  scratch->file.Close();
  if (!status.ok()) Fail(status, out, bytes, executor, done);
}

}  // namespace saker
