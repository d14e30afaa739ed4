#include "codec/codec.h"

#include <string>

#include "codec/jpeg.h"
#include "codec/png.h"
#include "codec/pnm.h"
#include "codec/sniff.h"
#include "codec/webp.h"

namespace saker {

Status Probe(Bytes bytes, const CodecLimits& limits, ImageInfo* info) {
  if (bytes.empty()) return Status(ErrorCode::kImageEmpty, "0 bytes");
  if (bytes.size() > static_cast<uint64_t>(limits.max_bytes)) {
    return Status(
        ErrorCode::kImageTooLarge,
        std::to_string(bytes.size()) + " bytes, the limit is " + std::to_string(limits.max_bytes));
  }
  if (LooksLikeJpeg(bytes)) {
    SAKER_RETURN_IF_ERROR(ProbeJpeg(bytes, info));
  } else if (LooksLikePng(bytes)) {
    SAKER_RETURN_IF_ERROR(ProbePng(bytes, info));
  } else if (LooksLikeWebp(bytes)) {
    SAKER_RETURN_IF_ERROR(ProbeWebp(bytes, info));
  } else if (LooksLikePnm(bytes)) {
    SAKER_RETURN_IF_ERROR(ProbePnm(bytes, info));
  } else {
    return Status(ErrorCode::kImageFormat, std::string("it looks like ") + DescribeContent(bytes));
  }
  const int64_t pixels = static_cast<int64_t>(info->width) * info->height;
  if (pixels > limits.max_pixels) {
    return Status(ErrorCode::kImageTooLarge, std::to_string(info->width) + "x" +
                                                 std::to_string(info->height) + " is " +
                                                 std::to_string(pixels) + " pixels, the limit is " +
                                                 std::to_string(limits.max_pixels));
  }
  return OkStatus();
}

namespace {

Status DecodeFormat(Bytes bytes, const ImageInfo& info, const DecodeRequest& request,
                    DecodeScratch* scratch, DecodedImage* out) {
  switch (info.format) {
    case ImageFormat::kJpeg:
      return DecodeJpeg(bytes, info, request, scratch, out);
    case ImageFormat::kPng:
      return DecodePng(bytes, info, request, scratch, out);
    case ImageFormat::kWebp:
      return DecodeWebp(bytes, info, request, scratch, out);
    case ImageFormat::kPnm:
      return DecodePnm(bytes, info, request, scratch, out);
  }
  return Status(ErrorCode::kInternal, "a picture of no known format");
}

}  // namespace

Status DecodeTimeout(const CpuDeadline& deadline) {
  return Status(ErrorCode::kImageTimeout,
                "more than " + std::to_string(deadline.limit_ms()) + " ms of processor time");
}

Status Decode(Bytes bytes, const ImageInfo& info, const DecodeRequest& request,
              DecodeScratch* scratch, DecodedImage* out, const CodecLimits& limits) {
  const Rect& r = request.region;
  SAKER_CHECK(r.x >= 0 && r.y >= 0 && r.width > 0 && r.height > 0);
  SAKER_CHECK(r.width <= info.width - r.x && r.height <= info.height - r.y);
  SAKER_CHECK(request.channels == 3 || (request.channels == 1 && info.channels == 1));
  SAKER_CHECK(request.scale_denom == 1 || info.format == ImageFormat::kJpeg);
  scratch->deadline.Start(limits.max_decode_ms);
  SAKER_RETURN_IF_ERROR(DecodeFormat(bytes, info, request, scratch, out));
  // For the decoders that cannot stop on their way.
  return scratch->deadline.Passed() ? DecodeTimeout(scratch->deadline) : OkStatus();
}

}  // namespace saker
