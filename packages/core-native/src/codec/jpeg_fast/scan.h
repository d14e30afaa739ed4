// State of a scan being read: the window of entropy-coded bytes and the bit reader over it.
#ifndef SAKER_CODEC_JPEG_FAST_SCAN_H_
#define SAKER_CODEC_JPEG_FAST_SCAN_H_

#include <cstddef>
#include <cstdint>

namespace saker {
namespace jpeg_fast {

// More bytes than an MCU can use: 6 blocks of 64 symbols of at most 31 bits are 1488 bytes. An MCU
// is only begun with so many in the window, so that no bound is checked within it.
inline constexpr size_t kMcuBytes = 2048;

// Entropy-coded bytes with their stuffing (the 00 after each FF) taken out. A marker ends them.
struct Window {
  static constexpr size_t kBytes = 16 * 1024;
  static constexpr size_t kSlack = 128;  // a vector stored, or 8 bytes read, past the end

  const uint8_t* in = nullptr;  // next byte of the file
  const uint8_t* in_end = nullptr;
  bool at_marker = false;         // `in` is at a marker or at the end of the file
  const uint8_t* end = nullptr;   // of the true bytes; kMcuBytes zeros follow once at_marker
  const uint8_t* safe = nullptr;  // an MCU that begins before this has all its bytes in the window
  alignas(64) uint8_t bytes[kBytes + 2 * kMcuBytes + kSlack];
};

// The next bits, from the top of `bits`; `count` of them are counted as read, and those below are
// zero or the right ones already.
struct BitReader {
  uint64_t bits = 0;
  uint32_t count = 0;
  const uint8_t* next = nullptr;  // first byte of which no bit is counted
};

}  // namespace jpeg_fast
}  // namespace saker

#endif  // SAKER_CODEC_JPEG_FAST_SCAN_H_
