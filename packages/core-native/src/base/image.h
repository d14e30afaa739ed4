// Rect and ImageView: the geometry and pixel types shared by codec, planner and executors.
#ifndef SAKER_BASE_IMAGE_H_
#define SAKER_BASE_IMAGE_H_

#include <cstddef>
#include <cstdint>

namespace saker {

// A half-open rectangle of pixels: [x, x + width) x [y, y + height).
struct Rect {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;

  bool operator==(const Rect& o) const {
    return x == o.x && y == o.y && width == o.width && height == o.height;
  }
  bool operator!=(const Rect& o) const { return !(*this == o); }
};

// Borrowed u8 pixels, HWC interleaved: RGB (channels 3) or grey (channels 1). `stride` is bytes
// from one row to the next, at least width * channels.
struct ImageView {
  const uint8_t* data = nullptr;
  int width = 0;
  int height = 0;
  int channels = 3;
  size_t stride = 0;

  const uint8_t* Row(int y) const { return data + static_cast<size_t>(y) * stride; }
};

}  // namespace saker

#endif  // SAKER_BASE_IMAGE_H_
