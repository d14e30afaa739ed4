// WebP files made on the fly for the codec tests, by libwebp and by hand.
#ifndef SAKER_CODEC_TEST_WEBP_H_
#define SAKER_CODEC_TEST_WEBP_H_

#include <webp/encode.h>

#include <cstdint>
#include <vector>

#include "codec/test_images.h"

namespace saker {
namespace test_images {

enum class WebpKind { kLossy, kLossless };

// A file of Pixels(width, height, channels); channels 4 has alpha.
inline std::vector<uint8_t> Webp(int width, int height, WebpKind kind, int channels = 3,
                                 uint32_t seed = 1) {
  const std::vector<uint8_t> pixels = Pixels(width, height, channels, seed);
  uint8_t* out = nullptr;
  size_t size = 0;
  const int stride = width * channels;
  if (kind == WebpKind::kLossless) {
    size = channels == 4 ? WebPEncodeLosslessRGBA(pixels.data(), width, height, stride, &out)
                         : WebPEncodeLosslessRGB(pixels.data(), width, height, stride, &out);
  } else {
    size = channels == 4 ? WebPEncodeRGBA(pixels.data(), width, height, stride, 80, &out)
                         : WebPEncodeRGB(pixels.data(), width, height, stride, 80, &out);
  }
  std::vector<uint8_t> file(out, out + size);
  WebPFree(out);
  return file;
}

inline void Append(std::vector<uint8_t>* to, const std::vector<uint8_t>& part) {
  to->insert(to->end(), part.begin(), part.end());
}

inline std::vector<uint8_t> LittleEndian(uint32_t v, int bytes) {
  std::vector<uint8_t> out;
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<uint8_t>(v >> (8 * i)));
  return out;
}

inline std::vector<uint8_t> RiffChunk(const char* type, const std::vector<uint8_t>& payload) {
  std::vector<uint8_t> out(type, type + 4);
  Append(&out, LittleEndian(static_cast<uint32_t>(payload.size()), 4));
  Append(&out, payload);
  if (payload.size() % 2 != 0) out.push_back(0);
  return out;
}

// RIFF + VP8X of a canvas + the chunks given. Flags: 0x02 animation, 0x08 EXIF, 0x10 alpha.
inline std::vector<uint8_t> ExtendedWebp(int width, int height, uint8_t flags,
                                         const std::vector<uint8_t>& chunks) {
  std::vector<uint8_t> header = {flags, 0, 0, 0};
  Append(&header, LittleEndian(static_cast<uint32_t>(width - 1), 3));
  Append(&header, LittleEndian(static_cast<uint32_t>(height - 1), 3));
  std::vector<uint8_t> body = {'W', 'E', 'B', 'P'};
  Append(&body, RiffChunk("VP8X", header));
  Append(&body, chunks);
  return RiffChunk("RIFF", body);
}

// The image chunks of a simple file: all behind its 12 bytes of RIFF header.
inline std::vector<uint8_t> ImageChunks(const std::vector<uint8_t>& simple) {
  return std::vector<uint8_t>(simple.begin() + 12, simple.end());
}

// One ANMF chunk that shows `simple` at (x, y), both even.
inline std::vector<uint8_t> AnimationFrame(int x, int y, int width, int height,
                                           const std::vector<uint8_t>& simple) {
  std::vector<uint8_t> payload = LittleEndian(static_cast<uint32_t>(x / 2), 3);
  Append(&payload, LittleEndian(static_cast<uint32_t>(y / 2), 3));
  Append(&payload, LittleEndian(static_cast<uint32_t>(width - 1), 3));
  Append(&payload, LittleEndian(static_cast<uint32_t>(height - 1), 3));
  Append(&payload, LittleEndian(100, 3));
  payload.push_back(0);
  Append(&payload, ImageChunks(simple));
  return RiffChunk("ANMF", payload);
}

}  // namespace test_images
}  // namespace saker

#endif  // SAKER_CODEC_TEST_WEBP_H_
