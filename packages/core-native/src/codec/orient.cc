#include "codec/orient.h"

#include <algorithm>
#include <cstring>

namespace saker {
namespace {

// Stored coordinates of upright pixel (x, y): x runs along the stored axis `dx`/`dy` per step.
struct Walk {
  int start_x, start_y;  // stored pixel of upright (0, 0)
  int col_dx, col_dy;    // stored step for one upright pixel to the right
  int row_dx, row_dy;    // stored step for one upright pixel down
};

Walk WalkOf(int w, int h, int orientation) {
  switch (orientation) {
    case 2:
      return {w - 1, 0, -1, 0, 0, 1};
    case 3:
      return {w - 1, h - 1, -1, 0, 0, -1};
    case 4:
      return {0, h - 1, 1, 0, 0, -1};
    case 5:
      return {0, 0, 0, 1, 1, 0};
    case 6:
      return {0, h - 1, 0, -1, 1, 0};
    case 7:
      return {w - 1, h - 1, 0, -1, -1, 0};
    case 8:
      return {w - 1, 0, 0, 1, -1, 0};
    default:
      return {0, 0, 1, 0, 0, 1};
  }
}

// Square tiles keep the strided side of a transposing walk inside the L1 cache.
constexpr int kTile = 32;

template <int kChannels>
void Turn(uint8_t* out, int out_w, int out_h, const ImageView& in, const Walk& walk) {
  const ptrdiff_t stride = static_cast<ptrdiff_t>(in.stride);
  const ptrdiff_t col = walk.col_dx * kChannels + walk.col_dy * stride;
  const ptrdiff_t row = walk.row_dx * kChannels + walk.row_dy * stride;
  const uint8_t* first = in.Row(walk.start_y) + static_cast<ptrdiff_t>(walk.start_x) * kChannels;
  for (int ty = 0; ty < out_h; ty += kTile) {
    const int y_end = std::min(ty + kTile, out_h);
    for (int tx = 0; tx < out_w; tx += kTile) {
      const int x_end = std::min(tx + kTile, out_w);
      for (int y = ty; y < y_end; ++y) {
        const uint8_t* src = first + y * row + tx * col;
        uint8_t* dst = out + (static_cast<size_t>(y) * out_w + tx) * kChannels;
        for (int x = tx; x < x_end; ++x, src += col, dst += kChannels) {
          for (int c = 0; c < kChannels; ++c) dst[c] = src[c];
        }
      }
    }
  }
}

// The rectangle `r` of a w x h image, as seen after turning that image by `orientation`.
Rect UprightRect(const Rect& r, int w, int h, int orientation) {
  const int right = w - (r.x + r.width);
  const int below = h - (r.y + r.height);
  switch (orientation) {
    case 2:
      return {right, r.y, r.width, r.height};
    case 3:
      return {right, below, r.width, r.height};
    case 4:
      return {r.x, below, r.width, r.height};
    case 5:
      return {r.y, r.x, r.height, r.width};
    case 6:
      return {below, r.x, r.height, r.width};
    case 7:
      return {below, right, r.height, r.width};
    case 8:
      return {r.y, right, r.height, r.width};
    default:
      return r;
  }
}

}  // namespace

Rect StoredRect(const Rect& logical, int stored_width, int stored_height, int orientation) {
  // The inverse turn of 6 is 8 and of 8 is 6; every other orientation undoes itself.
  const int inverse = orientation == 6 ? 8 : orientation == 8 ? 6 : orientation;
  const bool swaps = orientation >= 5;
  return UprightRect(logical, swaps ? stored_height : stored_width,
                     swaps ? stored_width : stored_height, inverse);
}

Status OrientImage(DecodedImage* image, int orientation, DecodeScratch* scratch) {
  if (orientation <= 1 || orientation > 8) return OkStatus();
  const ImageView in = image->view;
  const bool swaps = orientation >= 5;
  const int out_w = swaps ? in.height : in.width;
  const int out_h = swaps ? in.width : in.height;
  const size_t stride = static_cast<size_t>(out_w) * in.channels;
  if (!scratch->oriented.Reserve(stride * out_h)) {
    return Status(ErrorCode::kMemory, "no memory to turn the picture upright");
  }
  uint8_t* out = scratch->oriented.data();
  const Walk walk = WalkOf(in.width, in.height, orientation);
  if (in.channels == 1) {
    Turn<1>(out, out_w, out_h, in, walk);
  } else {
    Turn<3>(out, out_w, out_h, in, walk);
  }
  const Rect upright = UprightRect({image->origin_x, image->origin_y, in.width, in.height},
                                   image->full_width, image->full_height, orientation);
  image->view = {out, out_w, out_h, in.channels, stride};
  image->origin_x = upright.x;
  image->origin_y = upright.y;
  if (swaps) std::swap(image->full_width, image->full_height);
  return OkStatus();
}

}  // namespace saker
