#include <cstring>
#include <string>

#include "codec/exif.h"
#include "codec/jpeg.h"

namespace saker {
namespace {

enum Marker : uint8_t {
  kTem = 0x01,
  kSof0 = 0xc0,
  kDht = 0xc4,
  kJpg = 0xc8,
  kDac = 0xcc,
  kRst0 = 0xd0,
  kSoi = 0xd8,
  kEoi = 0xd9,
  kSos = 0xda,
  kApp1 = 0xe1,
};

bool IsFrameHeader(uint8_t m) {
  return m >= kSof0 && m <= 0xcf && m != kDht && m != kJpg && m != kDac;
}

bool HasNoPayload(uint8_t m) { return m == kTem || (m >= kRst0 && m <= kSoi); }

Status ReadFrameHeader(uint8_t marker, Bytes payload, ImageInfo* info) {
  if (payload.size() < 6) return Status(ErrorCode::kImageCorrupt, "JPEG frame header is too short");
  const int kind = marker - kSof0;
  // 0 baseline, 1 extended, 2 progressive; 9 and 10 the same with arithmetic coding.
  if (kind != 0 && kind != 1 && kind != 2 && kind != 9 && kind != 10) {
    return Status(ErrorCode::kImageFormat,
                  "lossless or hierarchical JPEG (SOF" + std::to_string(kind) + ")");
  }
  if (payload[0] != 8) {
    return Status(ErrorCode::kImageFormat, std::to_string(payload[0]) + "-bit JPEG");
  }
  info->height = (payload[1] << 8) | payload[2];
  info->width = (payload[3] << 8) | payload[4];
  const int components = payload[5];
  if (info->width == 0 || info->height == 0) {
    return Status(ErrorCode::kImageCorrupt, "JPEG frame header gives a size of " +
                                                std::to_string(info->width) + "x" +
                                                std::to_string(info->height));
  }
  if (components != 1 && components != 3 && components != 4) {
    return Status(ErrorCode::kImageFormat, "JPEG with " + std::to_string(components) + " channels");
  }
  info->channels = components == 1 ? 1 : 3;  // CMYK and YCCK are decoded to RGB
  info->bit_depth = 8;
  return OkStatus();
}

}  // namespace

Status ProbeJpeg(Bytes bytes, ImageInfo* info) {
  *info = ImageInfo();
  info->format = ImageFormat::kJpeg;
  bool have_frame = false;
  bool have_exif = false;
  size_t at = 2;
  for (;;) {
    // A marker is FF, any number of fill FFs, then its code; bytes before it are skipped as libjpeg
    // does.
    while (at < bytes.size() && bytes[at] != 0xff) ++at;
    while (at < bytes.size() && bytes[at] == 0xff) ++at;
    if (at >= bytes.size()) {
      return Status(ErrorCode::kImageTruncated, "JPEG ends before its first scan");
    }
    const uint8_t marker = bytes[at++];
    if (marker == 0 || HasNoPayload(marker)) continue;
    if (marker == kEoi) return Status(ErrorCode::kImageCorrupt, "JPEG holds no scan");
    if (at + 2 > bytes.size()) {
      return Status(ErrorCode::kImageTruncated, "JPEG ends inside its headers");
    }
    const size_t length = (static_cast<size_t>(bytes[at]) << 8) | bytes[at + 1];
    if (length < 2) return Status(ErrorCode::kImageCorrupt, "JPEG segment with a length below 2");
    if (at + length > bytes.size()) {
      return Status(ErrorCode::kImageTruncated, "JPEG ends inside its headers");
    }
    const Bytes payload = bytes.subspan(at + 2, length - 2);
    if (IsFrameHeader(marker)) {
      if (have_frame) return Status(ErrorCode::kImageCorrupt, "JPEG has two frame headers");
      SAKER_RETURN_IF_ERROR(ReadFrameHeader(marker, payload, info));
      have_frame = true;
    } else if (marker == kApp1 && !have_exif && payload.size() > 6 &&
               std::memcmp(payload.data(), "Exif\0", 5) == 0) {
      have_exif = true;
      info->orientation = ExifOrientation(payload.subspan(6));
    } else if (marker == kSos) {
      if (!have_frame) return Status(ErrorCode::kImageCorrupt, "JPEG scan without a frame header");
      return OkStatus();
    }
    at += length;
  }
}

}  // namespace saker
