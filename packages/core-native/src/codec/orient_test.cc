#include <gtest/gtest.h>

#include <vector>

#include "codec/exif.h"
#include "codec/orient.h"
#include "codec/test_images.h"

namespace saker {
namespace {

using test_images::AsBytes;

// The definition, by where the stored pixel (x, y) of a w x h image lands in the upright one.
void Upright(int o, int w, int h, int x, int y, int* ux, int* uy) {
  const int mx = w - 1 - x, my = h - 1 - y;
  const int table[9][2] = {{x, y}, {x, y},  {mx, y},  {mx, my}, {x, my},
                           {y, x}, {my, x}, {my, mx}, {y, mx}};
  *ux = table[o][0];
  *uy = table[o][1];
}

TEST(OrientTest, EveryOrientationMovesEveryPixelWhereExifSays) {
  const int w = 71, h = 45;
  for (const int channels : {1, 3}) {
    const std::vector<uint8_t> stored = test_images::Pixels(w, h, channels);
    for (int o = 1; o <= 8; ++o) {
      // A part of a 100 x 80 picture whose pixel (0, 0) is at (11, 7).
      DecodedImage image;
      image.view = {stored.data(), w, h, channels, static_cast<size_t>(w) * channels};
      image.origin_x = 11;
      image.origin_y = 7;
      image.full_width = 100;
      image.full_height = 80;
      DecodeScratch scratch;
      ASSERT_TRUE(OrientImage(&image, o, &scratch).ok());
      ASSERT_EQ(image.full_width, o >= 5 ? 80 : 100);
      for (int y = 0; y < h; ++y) {
        for (int x = 0; x < w; ++x) {
          int ux, uy;
          Upright(o, 100, 80, x + 11, y + 7, &ux, &uy);
          const uint8_t* got =
              image.view.Row(uy - image.origin_y) + (ux - image.origin_x) * channels;
          ASSERT_EQ(got[0], stored[(y * w + x) * channels]) << "orientation " << o;
          ASSERT_EQ(got[channels - 1], stored[(y * w + x) * channels + channels - 1]);
        }
      }
    }
  }
}

TEST(OrientTest, StoredRectIsWhereTheUprightRectanglesPixelsCameFrom) {
  const int w = 31, h = 17;
  for (int o = 1; o <= 8; ++o) {
    const Rect logical{3, 4, 6, 5};
    const Rect stored = StoredRect(logical, w, h, o);
    int inside = 0;
    for (int y = 0; y < h; ++y) {
      for (int x = 0; x < w; ++x) {
        int ux, uy;
        Upright(o, w, h, x, y, &ux, &uy);
        const bool in_logical = ux >= 3 && ux < 9 && uy >= 4 && uy < 9;
        const bool in_stored = x >= stored.x && x < stored.x + stored.width && y >= stored.y &&
                               y < stored.y + stored.height;
        ASSERT_EQ(in_logical, in_stored) << "orientation " << o;
        inside += in_stored;
      }
    }
    EXPECT_EQ(inside, 30);
  }
}

TEST(ExifTest, OrientationIsReadInBothByteOrders) {
  for (int o = 1; o <= 8; ++o) {
    EXPECT_EQ(ExifOrientation(AsBytes(test_images::ExifTiff(o, false))), o);
    EXPECT_EQ(ExifOrientation(AsBytes(test_images::ExifTiff(o, true))), o);
  }
}

TEST(ExifTest, BadExifCountsAsOrientationOne) {
  EXPECT_EQ(ExifOrientation(Bytes()), 1);
  EXPECT_EQ(ExifOrientation(AsBytes(test_images::ExifTiff(9))), 1);
  EXPECT_EQ(ExifOrientation(AsBytes(test_images::ExifTiff(0))), 1);
  const std::vector<uint8_t> whole = test_images::ExifTiff(6);
  for (size_t size = 0; size < 20; ++size) {
    const std::vector<uint8_t> cut(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size));
    EXPECT_EQ(ExifOrientation(AsBytes(cut)), 1) << size;
  }
  std::vector<uint8_t> far = whole;
  far[4] = far[5] = far[6] = far[7] = 0xff;
  EXPECT_EQ(ExifOrientation(AsBytes(far)), 1);
  std::vector<uint8_t> count = whole;
  count[8] = count[9] = 0xff;
  count[10] = 0;
  EXPECT_EQ(ExifOrientation(AsBytes(count)), 1);
}

}  // namespace
}  // namespace saker
