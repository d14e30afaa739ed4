// The tiles of a picture batch in Winograd's form: 2x2 pixels of the result from 4x4 of the source.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace saker::autograd {

constexpr size_t kPlaces = 16;  // of a transformed tile

struct Pictures {
  int64_t h, w, channels;
};

struct Tiles {
  Tiles(int64_t pictures, const Pictures& result) : rows((result.h + 1) / 2), columns((result.w + 1) / 2),
                                                    count(pictures * rows * columns) {}
  // Which picture, and the tile's first row and column in the result.
  struct Position {
    int64_t picture, h, w;
  };
  Position At(int64_t tile) const {
    const int64_t line = tile / columns;
    return {line / rows, line % rows * 2, tile % columns * 2};
  }
  int64_t rows, columns, count;
};

// Transformed tiles, [kPlaces][tiles][channels]. Rows and places are set apart by odd numbers of cache lines: at powers of
// two they would meet in the same few sets of a cache.
struct Planes {
  Planes(size_t tile_count, size_t channels) : row((channels / 16 | 1) * 16), place((tile_count * row / 16 | 1) * 16) {}
  size_t size() const { return kPlaces * place; }
  size_t row, place;  // floats from one to the next
};

}  // namespace saker::autograd
