// Huffman decoding tables, built from a DHT segment.
#ifndef SAKER_CODEC_JPEG_FAST_HUFFMAN_H_
#define SAKER_CODEC_JPEG_FAST_HUFFMAN_H_

#include <cstdint>

#include "codec/jpeg_fast/header.h"

namespace saker {
namespace jpeg_fast {

// Bits that one table access looks at. Longer codes are rare and take a search.
inline constexpr int kLookupBits = 10;

// How far an AC index moves at the end of a block: beyond every index that runs can reach.
inline constexpr uint32_t kEndOfBlock = 128;
// The same in a SkipEntry, where up to kLookupBits runs are added up.
inline constexpr uint32_t kSkippedEnd = 256;

// One symbol: what to drop, and what follows it.
//   bits 0..7    length of the code and of the value's bits after it; 0: no code of at most
//                kLookupBits bits begins so
//   bits 8..15   AC: how far the index moves, run + 1, or kEndOfBlock; DC: 0
//   bits 16..23  length of the code
//   bits 24..31  bits of the value, 0..15
using Entry = uint32_t;

// One or two AC symbols with their values, when all their bits are among those looked at.
//   bits 0..7    length of all; 0: not even one symbol and its value fit
//   bits 8..15   how far the first moves the index
//   bits 16..23  how far the second does; 0 when there is none, or after an end of block
//   bits 24..31  length of the first
//   bits 32..47, 48..63  the values; the first again when there is no second
using PairEntry = uint64_t;

// As many AC symbols as begin among the bits looked at, values not wanted.
//   bits 0..7    length of all; 0: not even one code fits
//   bits 8..     how far they move the index in all, kSkippedEnd when the last ends the block
using SkipEntry = uint32_t;

struct HuffmanTable {
  Entry lookup[1 << kLookupBits];
  // Codes longer than kLookupBits, by length: the first 16-bit prefix beyond them, and what to add
  // to a code to get its symbol's place.
  uint32_t limit[17];
  int32_t offset[17];
  Entry by_symbol[256];  // in the order of the symbols

  // What it was built from, so that pictures with the same tables build them once.
  bool ready = false;
  uint8_t source[16 + 256];
};

struct AcTable : HuffmanTable {
  PairEntry pairs[1 << kLookupBits];
  SkipEntry skips[1 << kLookupBits];
};

// Makes `table` that of `spec`. Returns false for what libjpeg refuses: code lengths that are no
// prefix code, or a DC symbol above 15.
bool BuildDcTable(const HuffmanSpec& spec, HuffmanTable* table);
bool BuildAcTable(const HuffmanSpec& spec, AcTable* table);

}  // namespace jpeg_fast
}  // namespace saker

#endif  // SAKER_CODEC_JPEG_FAST_HUFFMAN_H_
