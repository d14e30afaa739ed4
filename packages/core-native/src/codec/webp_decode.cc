// DecodeWebp: one region of a still picture or of an animation's first frame.
#include <webp/decode.h>
#include <webp/demux.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>

#include "codec/webp.h"
#include "codec/webp_chunks.h"

namespace saker {
namespace {

constexpr int kChannels = 3;

// What smooth chroma upsampling and the loop filter reach beyond the region, and one more to start
// at an even pixel, which libwebp demands of lossy pictures.
constexpr int kMargin = 4;

Status WebpStatus(VP8StatusCode code) {
  switch (code) {
    case VP8_STATUS_OK:
      return OkStatus();
    case VP8_STATUS_OUT_OF_MEMORY:
      return Status(ErrorCode::kMemory, "WebP: no memory for the decoder");
    case VP8_STATUS_SUSPENDED:
    case VP8_STATUS_NOT_ENOUGH_DATA:
      return Status(ErrorCode::kImageTruncated, "WebP: pixel data end early");
    default:
      return Status(ErrorCode::kImageCorrupt, "WebP: bad pixel data");
  }
}

int EvenBelow(int v) { return std::max(0, v - kMargin) & ~1; }

// `region` of a width x height picture, widened to what libwebp has to decode for it.
Rect Widened(const Rect& region, int width, int height) {
  const int x0 = EvenBelow(region.x), y0 = EvenBelow(region.y);
  const int x1 = std::min(width, region.x + region.width + kMargin);
  const int y1 = std::min(height, region.y + region.height + kMargin);
  return {x0, y0, x1 - x0, y1 - y0};
}

// Decodes `region` of a still bitstream into `pixels` at `stride`.
Status DecodeStill(Bytes bitstream, const Rect& region, uint8_t* pixels, size_t stride) {
  WebPDecoderConfig config;
  SAKER_CHECK(WebPInitDecoderConfig(&config) != 0);
  config.options.use_cropping = 1;
  config.options.crop_left = region.x;
  config.options.crop_top = region.y;
  config.options.crop_width = region.width;
  config.options.crop_height = region.height;
  config.output.colorspace = MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA.rgba = pixels;
  config.output.u.RGBA.stride = static_cast<int>(stride);
  config.output.u.RGBA.size = stride * region.height;
  return WebpStatus(WebPDecode(bitstream.data(), bitstream.size(), &config));
}

struct DemuxDeleter {
  void operator()(WebPDemuxer* demuxer) const { WebPDemuxDelete(demuxer); }
};

// The first frame where it lies on the canvas, and its bitstream inside `bytes`.
Status FirstFrame(Bytes bytes, const ImageInfo& info, Rect* place, Bytes* bitstream) {
  const WebPData data = {bytes.data(), bytes.size()};
  const std::unique_ptr<WebPDemuxer, DemuxDeleter> demuxer(WebPDemux(&data));
  WebPIterator frame;
  std::memset(&frame, 0, sizeof(frame));
  if (demuxer == nullptr || WebPDemuxGetFrame(demuxer.get(), 1, &frame) == 0) {
    return Status(ErrorCode::kImageCorrupt, "WebP: the animation holds no whole frame");
  }
  *place = {frame.x_offset, frame.y_offset, frame.width, frame.height};
  *bitstream = Bytes(frame.fragment.bytes, frame.fragment.size);
  WebPDemuxReleaseIterator(&frame);
  if (place->width > info.width - place->x || place->height > info.height - place->y) {
    return Status(ErrorCode::kImageCorrupt, "WebP: a frame lies outside its canvas");
  }
  return OkStatus();
}

Status DecodeFirstFrame(Bytes bytes, const ImageInfo& info, const Rect& region,
                        DecodeScratch* scratch) {
  Rect place;
  Bytes bitstream;
  SAKER_RETURN_IF_ERROR(FirstFrame(bytes, info, &place, &bitstream));
  const size_t frame_stride = static_cast<size_t>(place.width) * kChannels;
  const size_t stride = static_cast<size_t>(region.width) * kChannels;
  if (!scratch->line.Reserve(frame_stride * place.height)) {
    return Status(ErrorCode::kMemory, "WebP: no memory for its pixels");
  }
  SAKER_RETURN_IF_ERROR(DecodeStill(bitstream, {0, 0, place.width, place.height},
                                    scratch->line.data(), frame_stride));
  std::memset(scratch->pixels.data(), 0, stride * region.height);
  const int x0 = std::max(region.x, place.x);
  const int x1 = std::min(region.x + region.width, place.x + place.width);
  const int y0 = std::max(region.y, place.y);
  const int y1 = std::min(region.y + region.height, place.y + place.height);
  for (int y = y0; y < y1 && x0 < x1; ++y) {
    std::memcpy(scratch->pixels.data() + (y - region.y) * stride +
                    static_cast<size_t>(x0 - region.x) * kChannels,
                scratch->line.data() + (y - place.y) * frame_stride +
                    static_cast<size_t>(x0 - place.x) * kChannels,
                static_cast<size_t>(x1 - x0) * kChannels);
  }
  return OkStatus();
}

}  // namespace

Status DecodeWebp(Bytes bytes, const ImageInfo& info, const DecodeRequest& request,
                  DecodeScratch* scratch, DecodedImage* out) {
  // Rows below the region are not decoded, so a cut is looked for in the container.
  if (WebpChunkWalker(bytes).cut()) {
    return Status(ErrorCode::kImageTruncated, "WebP is shorter than its header says");
  }
  WebPBitstreamFeatures features;
  SAKER_RETURN_IF_ERROR(WebpStatus(WebPGetFeatures(bytes.data(), bytes.size(), &features)));
  const bool animated = features.has_animation != 0;
  const Rect region = animated ? request.region : Widened(request.region, info.width, info.height);
  const size_t stride = static_cast<size_t>(region.width) * kChannels;
  if (!scratch->pixels.Reserve(stride * region.height)) {
    return Status(ErrorCode::kMemory, "WebP: no memory for its pixels");
  }
  SAKER_RETURN_IF_ERROR(animated ? DecodeFirstFrame(bytes, info, region, scratch)
                                 : DecodeStill(bytes, region, scratch->pixels.data(), stride));
  out->SetUnscaled(scratch->pixels.data(), region, kChannels, stride, info);
  return OkStatus();
}

}  // namespace saker
