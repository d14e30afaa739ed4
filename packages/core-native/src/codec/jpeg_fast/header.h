// Reads a JPEG's markers up to its scan, for the files our own decoder takes.
#ifndef SAKER_CODEC_JPEG_FAST_HEADER_H_
#define SAKER_CODEC_JPEG_FAST_HEADER_H_

#include <cstddef>
#include <cstdint>

#include "base/span.h"

namespace saker {
namespace jpeg_fast {

// A Huffman table as its DHT segment gives it: 16 counts, then the symbols. Empty when there is
// none.
struct HuffmanSpec {
  const uint8_t* counts = nullptr;   // 16, codes of length 1..16
  const uint8_t* symbols = nullptr;  // `count` of them
  int count = 0;
};

struct Component {
  uint8_t id = 0;
  int h = 1, v = 1;  // sampling factors
  int quant = 0;     // index of the quantisation table, 0..3
  int dc = 0, ac = 0;
};

// Everything the scan needs. Pointers lead into the file's bytes.
struct Header {
  int width = 0, height = 0;
  int component_count = 0;  // 1 or 3
  Component components[3];
  const uint8_t* quant[4] = {};  // 64 bytes each, in zigzag order
  HuffmanSpec dc[4], ac[4];
  int restart_interval = 0;  // in MCUs; 0: none
  size_t scan = 0;           // offset of the entropy-coded bytes
};

// Returns false for every file that is not exactly of our kind: one sequential Huffman frame of 8
// bits (SOF0, SOF1), 1 component or YCbCr, luma sampled 1x1, 2x1, 1x2 or 2x2 and chroma 1x1, 8-bit
// quantisation tables, one interleaved scan over all coefficients, all tables present, no stray
// bytes between segments and every segment length exact. Rules of libjpeg-turbo (jdmarker.c,
// jdapimin.c) decide what is YCbCr.
bool ReadHeader(Bytes bytes, Header* header);

}  // namespace jpeg_fast
}  // namespace saker

#endif  // SAKER_CODEC_JPEG_FAST_HEADER_H_
