#include "codec/sniff.h"

#include <algorithm>
#include <cstring>

namespace saker {
namespace {

bool HasAt(Bytes bytes, size_t offset, const char* text, size_t size) {
  return bytes.size() >= offset + size && std::memcmp(bytes.data() + offset, text, size) == 0;
}

struct Signature {
  size_t offset;
  const char* text;
  size_t size;
  const char* name;
};

// First match wins, so longer or nested signatures come first.
constexpr Signature kSignatures[] = {
    {0, "GIF87a", 6, "GIF"},
    {0, "GIF89a", 6, "GIF"},
    {0, "RIFF", 4, "a RIFF container"},
    {0, "II*\0", 4, "TIFF"},
    {0, "MM\0*", 4, "TIFF"},
    {0, "II+\0", 4, "BigTIFF"},
    {0, "MM\0+", 4, "BigTIFF"},
    {0, "\0\0\0\x0cjP  ", 8, "JPEG 2000"},
    {0, "\xff\x4f\xff\x51", 4, "JPEG 2000"},
    {0, "\xff\x0a", 2, "JPEG XL"},
    {0, "\0\0\0\x0cJXL ", 8, "JPEG XL"},
    {4, "ftypavif", 8, "AVIF"},
    {4, "ftypavis", 8, "AVIF"},
    {4, "ftyphei", 7, "HEIF"},
    {4, "ftyphev", 7, "HEIF"},
    {4, "ftypmif1", 8, "HEIF or AVIF"},
    {4, "ftypmsf1", 8, "HEIF or AVIF"},
    {4, "ftyp", 4, "an ISO media file (video, HEIF or AVIF)"},
    {0, "BM", 2, "BMP"},
    {0, "\0\0\x01\0", 4, "ICO"},
    {0, "qoif", 4, "QOI"},
    {0, "%PDF", 4, "PDF"},
    {0, "8BPS", 4, "Photoshop PSD"},
    {0, "PK\x03\x04", 4, "a ZIP archive"},
    {0, "\x1f\x8b", 2, "a gzip archive"},
    {0, "<svg", 4, "SVG"},
    {0, "P1", 2, "PBM/PNM"},
    {0, "P2", 2, "PGM/PNM"},
    {0, "P3", 2, "PPM/PNM"},
    {0, "P4", 2, "PBM/PNM"},
    {0, "P7", 2, "PAM/PNM"},
};

}  // namespace

bool LooksLikeJpeg(Bytes bytes) { return HasAt(bytes, 0, "\xff\xd8\xff", 3); }

bool LooksLikePng(Bytes bytes) { return HasAt(bytes, 0, "\x89PNG\r\n\x1a\n", 8); }

bool LooksLikeWebp(Bytes bytes) {
  return HasAt(bytes, 0, "RIFF", 4) && HasAt(bytes, 8, "WEBP", 4);
}

bool LooksLikePnm(Bytes bytes) {
  return (HasAt(bytes, 0, "P5", 2) || HasAt(bytes, 0, "P6", 2)) && bytes.size() > 2 &&
         (bytes[2] == '#' || bytes[2] == ' ' || (bytes[2] >= '\t' && bytes[2] <= '\r'));
}

const char* DescribeContent(Bytes bytes) {
  for (const Signature& s : kSignatures) {
    if (HasAt(bytes, s.offset, s.text, s.size)) return s.name;
  }
  const Bytes head = bytes.subspan(0, 256);
  const bool text = std::all_of(head.begin(), head.end(), [](uint8_t b) {
    return b == '\t' || b == '\n' || b == '\r' || (b >= 0x20 && b != 0x7f);
  });
  if (!text) return "an unknown binary file";
  const char* svg = "<svg";
  const bool has_svg = std::search(head.begin(), head.end(), svg, svg + 4) != head.end();
  return has_svg ? "SVG" : "a text file";
}

}  // namespace saker
