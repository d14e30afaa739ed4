#include "codec/exif.h"

namespace saker {
namespace {

constexpr uint16_t kTagOrientation = 0x0112;
constexpr uint16_t kTypeShort = 3;
constexpr size_t kEntrySize = 12;

struct TiffReader {
  Bytes bytes;
  bool big_endian;

  // Callers check bounds first.
  uint16_t U16(size_t at) const {
    const uint16_t a = bytes[at], b = bytes[at + 1];
    return static_cast<uint16_t>(big_endian ? (a << 8) | b : (b << 8) | a);
  }
  uint32_t U32(size_t at) const {
    const uint32_t a = U16(at), b = U16(at + 2);
    return big_endian ? (a << 16) | b : (b << 16) | a;
  }
};

}  // namespace

int ExifOrientation(Bytes tiff) {
  if (tiff.size() < 8) return 1;
  const bool big = tiff[0] == 'M' && tiff[1] == 'M';
  if (!big && !(tiff[0] == 'I' && tiff[1] == 'I')) return 1;
  const TiffReader reader{tiff, big};
  if (reader.U16(2) != 42) return 1;
  const size_t ifd = reader.U32(4);
  if (ifd > tiff.size() - 2) return 1;
  const size_t count = reader.U16(ifd);
  for (size_t i = 0; i < count; ++i) {
    const size_t entry = ifd + 2 + i * kEntrySize;
    if (entry + kEntrySize > tiff.size()) return 1;
    if (reader.U16(entry) != kTagOrientation) continue;
    if (reader.U16(entry + 2) != kTypeShort || reader.U32(entry + 4) < 1) return 1;
    const int value = reader.U16(entry + 8);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

}  // namespace saker
