#include <webp/decode.h>

#include <cstring>

#include "codec/exif.h"
#include "codec/webp.h"
#include "codec/webp_chunks.h"

namespace saker {

Status ProbeWebp(Bytes bytes, ImageInfo* info) {
  *info = ImageInfo();
  info->format = ImageFormat::kWebp;
  WebPBitstreamFeatures features;
  switch (WebPGetFeatures(bytes.data(), bytes.size(), &features)) {
    case VP8_STATUS_OK:
      break;
    case VP8_STATUS_NOT_ENOUGH_DATA:
      return Status(ErrorCode::kImageTruncated, "WebP ends inside its headers");
    default:
      return Status(ErrorCode::kImageCorrupt, "WebP headers make no sense");
  }
  info->width = features.width;
  info->height = features.height;
  info->has_alpha = features.has_alpha != 0;
  WebpChunkWalker walker(bytes);
  while (walker.Next()) {
    if (!walker.Is("EXIF")) continue;
    // Some writers keep the six bytes that start a JPEG's APP1 segment.
    const Bytes exif = walker.payload();
    const bool prefixed = exif.size() > 6 && std::memcmp(exif.data(), "Exif\0", 5) == 0;
    info->orientation = ExifOrientation(prefixed ? exif.subspan(6) : exif);
    break;
  }
  return OkStatus();
}

}  // namespace saker
