#include "loader/cached_sample.h"

#include <cstring>

#include "base/clock.h"
#include "codec/orient.h"

namespace saker {
namespace {

Status CheckOutput(const SampleScratch& scratch, const OutputView& out) {
  if (OutputBytes(scratch.plans) == out.bytes) return OkStatus();
  return Status(ErrorCode::kInternal, "the plan's output has another size than its slot");
}

// What all views ask of the decoder; null when they ask for different things.
const DecodeRequest* CommonRequest(const SampleScratch& scratch) {
  const DecodeRequest& first = scratch.plans.front().decode;
  for (const SamplePlan& plan : scratch.plans) {
    if (plan.decode.scale_denom != first.scale_denom || plan.decode.channels != first.channels)
      return nullptr;
  }
  return &first;
}

Status ExecuteAll(const SampleJob& job, const DecodedImage& image, const OutputView& out,
                  SampleScratch* scratch, StageTimes* times) {
  return ExecuteViews(job, image, 0, scratch->plans.size(), out, scratch, times);
}

// Bytes of a source whose plans are made.
struct Planned {
  Bytes bytes;
  ImageInfo info;
};

Status OpenAndPlan(const SampleJob& job, const SampleSource& source, const SampleKey& key,
                   const OutputView& out, SampleScratch* scratch, Planned* planned,
                   StageTimes* times) {
  SAKER_RETURN_IF_ERROR(OpenSource(source, job.limits, scratch, &planned->bytes, times));
  const int64_t start = NowNs();
  const Status status = PlanSample(job, planned->bytes, key, &planned->info, scratch);
  times->decode_ns += NowNs() - start;
  SAKER_RETURN_IF_ERROR(status);
  return CheckOutput(*scratch, out);
}

Status RunEncoded(const SampleJob& job, const SampleSource& source, uint32_t sample,
                  const SampleKey& key, const OutputView& out, PictureCache* cache,
                  SampleScratch* scratch, StageTimes* times) {
  const CachedPicture* kept = cache->Find(sample);
  SampleSource from = source;
  if (kept != nullptr) {
    cache->CountHit();
    from = {nullptr, Bytes(kept->data(), kept->size)};
  }
  Planned p;
  SAKER_RETURN_IF_ERROR(OpenAndPlan(job, from, key, out, scratch, &p, times));
  SAKER_RETURN_IF_ERROR(RunPlans(job, p.bytes, p.info, out, scratch, times));
  if (kept == nullptr) {
    cache->Keep(sample, CachedPicture(), p.bytes.data(), 1, p.bytes.size(), p.bytes.size());
  }
  return OkStatus();
}

// The picture as the cache holds it.
DecodedImage ImageOf(const CachedPicture& kept) {
  DecodedImage image;
  const size_t stride = static_cast<size_t>(kept.width) * kept.channels;
  image.view = {kept.data(), kept.width, kept.height, kept.channels, stride};
  image.full_width = kept.width;
  image.full_height = kept.height;
  return image;
}

// Bytes of the whole picture at the plan's scale.
size_t WholeBytes(const ImageInfo& info, const DecodeRequest& request) {
  const int d = request.scale_denom;
  const size_t width = static_cast<size_t>((info.width + d - 1) / d);
  return width * static_cast<size_t>((info.height + d - 1) / d) *
         static_cast<size_t>(request.channels);
}

// Decodes the whole upright picture at the plans' scale and offers it to the cache. False: only the
// plans' regions may be had.
bool DecodeWhole(const SampleJob& job, const Planned& p, uint32_t sample, PictureCache* cache,
                 SampleScratch* scratch, DecodedImage* image, StageTimes* times) {
  const DecodeRequest* request = CommonRequest(*scratch);
  if (request == nullptr) return false;
  DecodeRequest whole = *request;
  whole.library_only = job.library_only;
  whole.region = {0, 0, p.info.width, p.info.height};
  if (!cache->WouldKeep(sample, WholeBytes(p.info, whole))) return false;
  const int64_t start = NowNs();
  Status status = Decode(p.bytes, p.info, whole, &scratch->decode, image, job.limits);
  if (status.ok()) status = OrientImage(image, p.info.orientation, &scratch->decode);
  if (!status.ok()) {
    cache->Refuse(sample);
  } else {
    const ImageView& view = image->view;
    CachedPicture picture;
    picture.info = p.info;
    picture.scale_denom = whole.scale_denom;
    picture.width = view.width;
    picture.height = view.height;
    picture.channels = view.channels;
    cache->Keep(sample, picture, view.data, static_cast<size_t>(view.height),
                static_cast<size_t>(view.width) * view.channels, view.stride);
  }
  times->decode_ns += NowNs() - start;
  return status.ok();
}

Status RunDecoded(const SampleJob& job, const SampleSource& source, uint32_t sample,
                  const SampleKey& key, const OutputView& out, PictureCache* cache,
                  SampleScratch* scratch, StageTimes* times) {
  const CachedPicture* known = cache->Find(sample);
  if (known != nullptr) {
    SAKER_RETURN_IF_ERROR(PlanViews(*job.program, known->info, key, &scratch->plans));
    SAKER_RETURN_IF_ERROR(CheckOutput(*scratch, out));
    const DecodeRequest* request = CommonRequest(*scratch);
    const CachedPicture* kept =
        request ? cache->Find(sample, request->scale_denom, request->channels) : nullptr;
    if (kept != nullptr) {
      cache->CountHit();
      return ExecuteAll(job, ImageOf(*kept), out, scratch, times);
    }
  }
  Planned p;
  SAKER_RETURN_IF_ERROR(OpenAndPlan(job, source, key, out, scratch, &p, times));
  DecodedImage image;
  if (DecodeWhole(job, p, sample, cache, scratch, &image, times)) {
    return ExecuteAll(job, image, out, scratch, times);
  }
  return RunPlans(job, p.bytes, p.info, out, scratch, times);
}

}  // namespace

Status RunCachedSample(const SampleJob& job, const SampleSource& source, uint32_t sample,
                       const SampleKey& key, const OutputView& out, PictureCache* cache,
                       SampleScratch* scratch, StageTimes* times) {
  const auto run = cache->kind() == CacheKind::kEncoded ? RunEncoded : RunDecoded;
  Status status = run(job, source, sample, key, out, cache, scratch, times);
  if (!status.ok()) std::memset(out.data, 0, out.bytes);
  scratch->file.Close();
  return status;
}

}  // namespace saker
