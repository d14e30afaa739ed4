// One decode, prepared: what is needed of which component, and where it goes.
#ifndef SAKER_CODEC_JPEG_FAST_JOB_H_
#define SAKER_CODEC_JPEG_FAST_JOB_H_

#include <cstddef>
#include <cstdint>

#include "codec/jpeg_fast/header.h"
#include "codec/jpeg_fast/huffman.h"
#include "codec/jpeg_fast/jpeg_fast.h"
#include "codec/jpeg_fast/scan.h"

namespace saker {
namespace jpeg_fast {

// MCUs whose blocks are transformed together; a multiple of the blocks of a vector.
inline constexpr int kBatch = 4;
inline constexpr int kMaxBlocks = 6;  // of an MCU: luma 2x2 and two of chroma

// Samples of one component: the planned columns of two rows of MCUs, in turns.
struct Plane {
  int h = 1, v = 1;
  int width = 0, height = 0;    // of the component's whole picture
  int first_row = 0, rows = 0;  // rows that are needed
  int first_column = 0;         // of the picture, where a row of the plane begins
  uint8_t* samples = nullptr;
  size_t stride = 0;
  const HuffmanTable* dc = nullptr;
  const AcTable* ac = nullptr;
  alignas(16) int16_t quant[64];  // natural order

  uint8_t* Row(int row) const {
    return samples + static_cast<size_t>(row % (16 * v)) * stride;
  }
};

// Place of a block within its MCU.
struct BlockPlace {
  int component, x, y;
};

struct Job {
  Bytes bytes;
  Header header;
  int component_count = 0;
  Plane planes[3];
  int block_count = 0;
  BlockPlace blocks[kMaxBlocks];
  int mcus_x = 0, mcus_y = 0;
  int mcu_first = 0, mcu_end = 0;  // columns of MCUs that are needed
  int mcu_rows = 0;                // rows of MCUs that are read
  Rect region;                     // pixels that are made
  int channels = 3;
  uint8_t* out = nullptr;
  size_t out_stride = 0;
};

}  // namespace jpeg_fast

struct JpegFastScratch::Impl {
  jpeg_fast::Job job;
  jpeg_fast::HuffmanTable dc[4];
  jpeg_fast::AcTable ac[4];
  jpeg_fast::Window window;
  AlignedBuffer samples;
};

}  // namespace saker

#endif  // SAKER_CODEC_JPEG_FAST_JOB_H_
