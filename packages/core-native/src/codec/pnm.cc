#include "codec/pnm.h"

#include <cstring>
#include <string>

namespace saker {
namespace {

// Netpbm's pgm(5) and ppm(5): magic, width, height, maxval, one white-space byte, rows from above.
struct Header {
  int channels = 0;
  int64_t width = 0;
  int64_t height = 0;
  int64_t maxval = 0;
  size_t size = 0;  // where the samples start

  size_t sample_bytes() const { return maxval > 255 ? 2 : 1; }
  size_t row_bytes() const { return static_cast<size_t>(width) * channels * sample_bytes(); }
};

constexpr int64_t kMaxNumber = 0x7fffffff;

bool IsSpace(uint8_t b) { return b == ' ' || (b >= '\t' && b <= '\r'); }

// Skips white space and comments, then reads a decimal number.
Status ReadNumber(Bytes bytes, size_t* at, int64_t* value) {
  while (*at < bytes.size() && (IsSpace(bytes[*at]) || bytes[*at] == '#')) {
    if (bytes[*at] == '#') {
      while (*at < bytes.size() && bytes[*at] != '\n' && bytes[*at] != '\r') ++*at;
    } else {
      ++*at;
    }
  }
  if (*at >= bytes.size()) return Status(ErrorCode::kImageTruncated, "PNM ends inside its header");
  const size_t first = *at;
  *value = 0;
  for (; *at < bytes.size() && bytes[*at] >= '0' && bytes[*at] <= '9'; ++*at) {
    *value = *value * 10 + (bytes[*at] - '0');
    if (*value > kMaxNumber)
      return Status(ErrorCode::kImageCorrupt, "PNM header with a huge number");
  }
  if (*at == first) return Status(ErrorCode::kImageCorrupt, "PNM header without a number");
  return OkStatus();
}

Status ReadHeader(Bytes bytes, Header* header) {
  header->channels = bytes[1] == '5' ? 1 : 3;
  size_t at = 2;
  SAKER_RETURN_IF_ERROR(ReadNumber(bytes, &at, &header->width));
  SAKER_RETURN_IF_ERROR(ReadNumber(bytes, &at, &header->height));
  SAKER_RETURN_IF_ERROR(ReadNumber(bytes, &at, &header->maxval));
  if (header->width == 0 || header->height == 0 || header->maxval == 0 || header->maxval > 65535) {
    return Status(ErrorCode::kImageCorrupt, "PNM header gives " + std::to_string(header->width) +
                                                "x" + std::to_string(header->height) + ", " +
                                                std::to_string(header->maxval));
  }
  if (at >= bytes.size()) return Status(ErrorCode::kImageTruncated, "PNM ends inside its header");
  if (!IsSpace(bytes[at])) return Status(ErrorCode::kImageCorrupt, "PNM header without an end");
  header->size = at + 1;
  return OkStatus();
}

uint8_t Narrow(uint32_t v, uint32_t maxval) {
  return static_cast<uint8_t>(v >= maxval ? 255 : (v * 255 + maxval / 2) / maxval);
}

}  // namespace

Status ProbePnm(Bytes bytes, ImageInfo* info) {
  *info = ImageInfo();
  info->format = ImageFormat::kPnm;
  Header header;
  SAKER_RETURN_IF_ERROR(ReadHeader(bytes, &header));
  info->width = static_cast<int>(header.width);
  info->height = static_cast<int>(header.height);
  info->channels = header.channels;
  info->bit_depth = static_cast<int>(header.sample_bytes()) * 8;
  return OkStatus();
}

Status DecodePnm(Bytes bytes, const ImageInfo& info, const DecodeRequest& request,
                 DecodeScratch* scratch, DecodedImage* out) {
  Header header;
  SAKER_RETURN_IF_ERROR(ReadHeader(bytes, &header));
  if ((bytes.size() - header.size) / header.row_bytes() < static_cast<size_t>(header.height)) {
    return Status(ErrorCode::kImageTruncated, "PNM holds fewer rows than its header says");
  }
  const Rect& region = request.region;
  const int channels = request.channels;
  const size_t stride = static_cast<size_t>(region.width) * channels;
  if (!scratch->pixels.Reserve(stride * region.height)) {
    return Status(ErrorCode::kMemory, "PNM: no memory for its pixels");
  }
  const size_t sample = header.sample_bytes();
  const size_t pixel = header.channels * sample;
  const auto maxval = static_cast<uint32_t>(header.maxval);
  for (int y = 0; y < region.height; ++y) {
    const uint8_t* in =
        bytes.data() + header.size + (region.y + y) * header.row_bytes() + region.x * pixel;
    uint8_t* row = scratch->pixels.data() + y * stride;
    if (maxval == 255 && channels == header.channels) {
      std::memcpy(row, in, stride);
      continue;
    }
    for (int x = 0; x < region.width; ++x, in += pixel) {
      for (int c = 0; c < channels; ++c) {
        const uint8_t* s = in + (header.channels == 1 ? 0 : c * sample);
        *row++ = Narrow(sample == 2 ? (uint32_t{s[0]} << 8) | s[1] : s[0], maxval);
      }
    }
  }
  out->SetUnscaled(scratch->pixels.data(), region, channels, stride, info);
  return OkStatus();
}

}  // namespace saker
