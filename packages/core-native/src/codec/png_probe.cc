#include <string>

#include "codec/exif.h"
#include "codec/png.h"
#include "codec/png_chunks.h"

namespace saker {
namespace {

constexpr uint32_t kMaxSide = 0x7fffffff;  // PNG 1.2, 11.2.2

enum ColourType : uint8_t { kGrey = 0, kRgb = 2, kPalette = 3, kGreyAlpha = 4, kRgba = 6 };

}  // namespace

Status ProbePng(Bytes bytes, ImageInfo* info) {
  *info = ImageInfo();
  info->format = ImageFormat::kPng;
  PngChunkWalker walker(bytes);
  if (!walker.Next()) return Status(ErrorCode::kImageTruncated, "PNG ends inside its header");
  const Bytes header = walker.payload();
  if (!walker.Is("IHDR") || header.size() != 13) {
    return Status(ErrorCode::kImageCorrupt, "PNG does not start with an IHDR chunk");
  }
  const uint32_t width = ReadBigEndian32(header.data());
  const uint32_t height = ReadBigEndian32(header.data() + 4);
  if (width == 0 || height == 0 || width > kMaxSide || height > kMaxSide) {
    return Status(ErrorCode::kImageCorrupt, "PNG header gives a size of " + std::to_string(width) +
                                                "x" + std::to_string(height));
  }
  info->width = static_cast<int>(width);
  info->height = static_cast<int>(height);
  info->bit_depth = header[8];
  const uint8_t colour = header[9];
  info->channels = colour == kGrey || colour == kGreyAlpha ? 1 : 3;
  info->has_alpha = colour == kGreyAlpha || colour == kRgba;
  // Further rules (depth per colour type, filters) are libspng's to check.
  while (walker.Next()) {
    if (walker.Is("tRNS")) info->has_alpha = true;
    if (walker.Is("eXIf")) info->orientation = ExifOrientation(walker.payload());
    if (walker.Is("IEND")) break;
  }
  return OkStatus();
}

}  // namespace saker
