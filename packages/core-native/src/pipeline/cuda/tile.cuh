// A separable resample of one tile, by the weights of two axis tables: the chain of a plan from u8
// pixels, and from f32 planes the resamples and blurs behind it.
//
// The rows that a tile needs go through shared memory in chunks: each chunk is resampled along x
// for the tile's columns, then every thread adds it to its own pixels along y. The sums run in the
// order of the taps, whatever the chunks, with one rounding a tap: those of the CPU executor.
#ifndef SAKER_PIPELINE_CUDA_TILE_CUH_
#define SAKER_PIPELINE_CUDA_TILE_CUH_

#include <cstdint>

#include "ops/core/device_pixel.cuh"
#include "pipeline/cuda/team.cuh"
#include "pipeline/cuda/tile_size.h"

namespace saker {
namespace device {

inline constexpr int kPixelsPerThread = kTileWidth * kTileHeight / kTeamSize;
inline constexpr int kChunkRows = 16;

struct AxisView {
  const int32_t* start;
  const int32_t* count;
  const float* inside;
  const float* weights;
  int32_t size, taps;
};

struct Tile {
  int32_t x, y;           // first output pixel
  int32_t width, height;  // may be cut at the picture's end
};

SAKER_DEVICE Tile TileAt(int32_t index, int32_t width, int32_t height) {
  const int32_t x = index % TilesAcross(width) * kTileWidth;
  const int32_t y = index / TilesAcross(width) * kTileHeight;
  return {x, y, width - x < kTileWidth ? width - x : kTileWidth,
          height - y < kTileHeight ? height - y : kTileHeight};
}

// Where thread's pixel `p` stands in its tile.
SAKER_DEVICE int32_t ColumnOf(int thread) { return thread % kTileWidth; }
SAKER_DEVICE int32_t RowOf(int thread, int p) {
  return thread / kTileWidth + p * (kTeamSize / kTileWidth);
}

struct ChunkMemory {
  float rows[kChunkRows][3][kTileWidth];
  uint8_t needed[kChunkRows];
};

struct PixelSums {
  Pixel sum[kPixelsPerThread];
};

// One row of the chunk, resampled along x at one column.
template <class Source>
SAKER_DEVICE Pixel AlongX(const Source& source, const AxisView& x, const float* fill,
                          int32_t column, int32_t row) {
  const float outside = 1.0f - x.inside[column];
  Pixel sum = {{fill[0] * outside, fill[1] * outside, fill[2] * outside}};
  const int32_t start = x.start[column], count = x.count[column];
  const float* weights = x.weights + static_cast<int64_t>(column) * x.taps;
  for (int32_t k = 0; k < count; ++k) {
    const Pixel p = source.At(start + k, row);
    SAKER_UNROLL
    for (int c = 0; c < 3; ++c) sum.c[c] = FusedMulAdd(p.c[c], weights[k], sum.c[c]);
  }
  SAKER_UNROLL
  for (int c = 0; c < 3; ++c) sum.c[c] = Clamp255(sum.c[c]);
  return sum;
}

// Leaves the resampled pixels, clamped, in every thread's local.sum.
template <class Team, class Source>
SAKER_TEAM void ResampleTile(Team& team, const Source& source, const AxisView& x, const AxisView& y,
                             const float* fill, const Tile& tile, ChunkMemory* chunk) {
  int32_t lo = INT32_MAX, hi = 0;
  for (int32_t i = 0; i < tile.height; ++i) {
    const int32_t start = y.start[tile.y + i], count = y.count[tile.y + i];
    if (count == 0) continue;
    lo = start < lo ? start : lo;
    hi = start + count > hi ? start + count : hi;
  }
  team.Run([&](int thread, auto& local) {
    SAKER_UNROLL
    for (int p = 0; p < kPixelsPerThread; ++p) {
      const int32_t row = RowOf(thread, p);
      const float outside = row < tile.height ? 1.0f - y.inside[tile.y + row] : 0.0f;
      SAKER_UNROLL
      for (int c = 0; c < 3; ++c) local.sum[p].c[c] = fill[c] * outside;
    }
  });
  for (int32_t first = lo; first < hi; first += kChunkRows) {
    // With few taps on a great reduction most rows between are not needed.
    team.Run([&](int thread, auto&) {
      if (thread >= kChunkRows) return;
      bool needed = false;
      for (int32_t i = 0; i < tile.height; ++i) {
        const int32_t k = first + thread - y.start[tile.y + i];
        needed = needed || (k >= 0 && k < y.count[tile.y + i]);
      }
      chunk->needed[thread] = needed;
    });
    team.Run([&](int thread, auto&) {
      for (int i = thread; i < kChunkRows * kTileWidth; i += kTeamSize) {
        const int row = i / kTileWidth, column = i % kTileWidth;
        if (!chunk->needed[row] || column >= tile.width) continue;
        const Pixel p = AlongX(source, x, fill, tile.x + column, first + row);
        SAKER_UNROLL
        for (int c = 0; c < 3; ++c) chunk->rows[row][c][column] = p.c[c];
      }
    });
    team.Run([&](int thread, auto& local) {
      const int32_t column = ColumnOf(thread);
      if (column >= tile.width) return;
      SAKER_UNROLL
      for (int p = 0; p < kPixelsPerThread; ++p) {
        const int32_t row = RowOf(thread, p);
        if (row >= tile.height) continue;
        const int32_t start = y.start[tile.y + row], end = start + y.count[tile.y + row];
        const int32_t from = start > first ? start : first;
        const int32_t to = end < first + kChunkRows ? end : first + kChunkRows;
        const float* weights = y.weights + static_cast<int64_t>(tile.y + row) * y.taps;
        for (int32_t k = from; k < to; ++k) {
          SAKER_UNROLL
          for (int c = 0; c < 3; ++c) {
            local.sum[p].c[c] = FusedMulAdd(chunk->rows[k - first][c][column], weights[k - start],
                                            local.sum[p].c[c]);
          }
        }
      }
    });
  }
  team.Run([&](int, auto& local) {
    SAKER_UNROLL
    for (int p = 0; p < kPixelsPerThread; ++p) {
      SAKER_UNROLL
      for (int c = 0; c < 3; ++c) local.sum[p].c[c] = Clamp255(local.sum[p].c[c]);
    }
  });
}

}  // namespace device
}  // namespace saker

#endif  // SAKER_PIPELINE_CUDA_TILE_CUH_
