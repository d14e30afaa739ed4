// Walking the chunks of a WebP file (RIFF; WebP Container Specification) without decoding them.
#ifndef SAKER_CODEC_WEBP_CHUNKS_H_
#define SAKER_CODEC_WEBP_CHUNKS_H_

#include <cstring>

#include "base/span.h"

namespace saker {

inline uint32_t ReadLittleEndian32(const uint8_t* p) {
  return p[0] | (uint32_t{p[1]} << 8) | (uint32_t{p[2]} << 16) | (uint32_t{p[3]} << 24);
}

// Iterates the chunks inside the RIFF header's size: `while (walker.Next()) { walker.Is("EXIF");
// }`. `webp` starts with "RIFF....WEBP".
class WebpChunkWalker {
 public:
  explicit WebpChunkWalker(Bytes webp) {
    const size_t declared = size_t{ReadLittleEndian32(webp.data() + 4)} + 8;
    cut_ = declared > webp.size();
    webp_ = webp.subspan(0, declared);
  }

  // False at the end, or where a chunk is cut off.
  bool Next() {
    if (at_ + 8 > webp_.size()) return false;
    const size_t length = ReadLittleEndian32(webp_.data() + at_ + 4);
    if (length > webp_.size() - at_ - 8) return false;
    type_ = webp_.data() + at_;
    payload_ = webp_.subspan(at_ + 8, length);
    at_ += 8 + length + (length & 1);
    return true;
  }

  bool Is(const char* type) const { return std::memcmp(type_, type, 4) == 0; }
  Bytes payload() const { return payload_; }
  // True when the file is shorter than its RIFF header says.
  bool cut() const { return cut_; }

 private:
  Bytes webp_;
  size_t at_ = 12;
  const uint8_t* type_ = nullptr;
  Bytes payload_;
  bool cut_ = false;
};

}  // namespace saker

#endif  // SAKER_CODEC_WEBP_CHUNKS_H_
