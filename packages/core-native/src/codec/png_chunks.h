// Walking the chunks of a PNG file (PNG 1.2, section 5) without decoding them.
#ifndef SAKER_CODEC_PNG_CHUNKS_H_
#define SAKER_CODEC_PNG_CHUNKS_H_

#include <cstring>

#include "base/span.h"

namespace saker {

inline constexpr size_t kPngSignatureSize = 8;

inline uint32_t ReadBigEndian32(const uint8_t* p) {
  return (uint32_t{p[0]} << 24) | (uint32_t{p[1]} << 16) | (uint32_t{p[2]} << 8) | p[3];
}

// Iterates chunks: `while (walker.Next()) { walker.Is("IDAT"); walker.payload(); }`.
class PngChunkWalker {
 public:
  explicit PngChunkWalker(Bytes png) : png_(png) {}

  // False at the end of the file or where a chunk is cut off; whole() tells which.
  bool Next() {
    if (at_ + 12 > png_.size()) {
      cut_ = at_ != png_.size();
      return false;
    }
    const size_t length = ReadBigEndian32(png_.data() + at_);
    if (length > png_.size() - at_ - 12) {
      cut_ = true;
      return false;
    }
    type_ = png_.data() + at_ + 4;
    payload_ = png_.subspan(at_ + 8, length);
    at_ += 12 + length;
    return true;
  }

  bool Is(const char* type) const { return std::memcmp(type_, type, 4) == 0; }
  Bytes payload() const { return payload_; }
  bool cut() const { return cut_; }

 private:
  Bytes png_;
  size_t at_ = kPngSignatureSize;
  const uint8_t* type_ = nullptr;
  Bytes payload_;
  bool cut_ = false;
};

}  // namespace saker

#endif  // SAKER_CODEC_PNG_CHUNKS_H_
