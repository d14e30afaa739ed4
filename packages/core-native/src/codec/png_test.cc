#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <vector>

#include "codec/codec.h"
#include "codec/test_images.h"

namespace saker {
namespace {

using test_images::AsBytes;
using test_images::Pixels;
using test_images::Png;

constexpr int kW = 37, kH = 23;

Status DecodeRegion(const std::vector<uint8_t>& file, const Rect& region, int channels,
                    DecodeScratch* scratch, DecodedImage* image) {
  ImageInfo info;
  SAKER_RETURN_IF_ERROR(Probe(AsBytes(file), CodecLimits(), &info));
  return Decode(AsBytes(file), info, {region, 1, channels}, scratch, image);
}

void ExpectPixels(const std::vector<uint8_t>& file, const std::vector<uint8_t>& want,
                  int channels) {
  DecodeScratch scratch;
  DecodedImage image;
  std::mt19937 rng(3);
  for (int i = 0; i < 30; ++i) {
    Rect r{0, 0, kW, kH};
    if (i > 0) {
      r.width = 1 + static_cast<int>(rng() % kW);
      r.height = 1 + static_cast<int>(rng() % kH);
      r.x = static_cast<int>(rng() % (kW - r.width + 1));
      r.y = static_cast<int>(rng() % (kH - r.height + 1));
    }
    const Status status = DecodeRegion(file, r, channels, &scratch, &image);
    ASSERT_TRUE(status.ok()) << status.detail();
    ASSERT_EQ(image.origin_x, r.x);
    ASSERT_EQ(image.origin_y, r.y);
    for (int y = 0; y < r.height; ++y) {
      ASSERT_EQ(0, std::memcmp(image.view.Row(y), want.data() + ((r.y + y) * kW + r.x) * channels,
                               r.width * channels))
          << "row " << y;
    }
  }
}

std::vector<uint8_t> Replicated(const std::vector<uint8_t>& grey) {
  std::vector<uint8_t> rgb;
  for (const uint8_t v : grey) rgb.insert(rgb.end(), 3, v);
  return rgb;
}

TEST(PngTest, RgbIsReadExactlyInterlacedOrNot) {
  const std::vector<uint8_t> pixels = Pixels(kW, kH, 3);
  ExpectPixels(Png(kW, kH, SPNG_COLOR_TYPE_TRUECOLOR, 8, pixels), pixels, 3);
  ExpectPixels(Png(kW, kH, SPNG_COLOR_TYPE_TRUECOLOR, 8, pixels, true), pixels, 3);
}

TEST(PngTest, AlphaIsDropped) {
  const std::vector<uint8_t> rgba = Pixels(kW, kH, 4);
  std::vector<uint8_t> rgb;
  for (size_t i = 0; i < rgba.size(); i += 4) rgb.insert(rgb.end(), &rgba[i], &rgba[i] + 3);
  const std::vector<uint8_t> file = Png(kW, kH, SPNG_COLOR_TYPE_TRUECOLOR_ALPHA, 8, rgba);
  ExpectPixels(file, rgb, 3);
  ImageInfo info;
  ASSERT_TRUE(Probe(AsBytes(file), CodecLimits(), &info).ok());
  EXPECT_TRUE(info.has_alpha);
}

TEST(PngTest, GreyIsReplicatedOrKept) {
  const std::vector<uint8_t> grey = Pixels(kW, kH, 1);
  const std::vector<uint8_t> file = Png(kW, kH, SPNG_COLOR_TYPE_GRAYSCALE, 8, grey);
  ExpectPixels(file, grey, 1);
  ExpectPixels(file, Replicated(grey), 3);
}

TEST(PngTest, GreyWithAlphaGivesItsGrey) {
  const std::vector<uint8_t> both = Pixels(kW, kH, 2);
  std::vector<uint8_t> grey;
  for (size_t i = 0; i < both.size(); i += 2) grey.push_back(both[i]);
  for (const bool interlaced : {false, true}) {
    const std::vector<uint8_t> file =
        Png(kW, kH, SPNG_COLOR_TYPE_GRAYSCALE_ALPHA, 8, both, interlaced);
    ExpectPixels(file, grey, 1);
    ExpectPixels(file, Replicated(grey), 3);
  }
}

TEST(PngTest, LowBitDepthsAreSpreadOverTheFullRange) {
  // 37 two-bit samples in 10 bytes a row.
  const std::vector<uint8_t> packed = Pixels(10, kH, 1);
  std::vector<uint8_t> grey;
  for (int y = 0; y < kH; ++y) {
    for (int x = 0; x < kW; ++x) {
      const int v = (packed[y * 10 + x / 4] >> (6 - 2 * (x % 4))) & 3;
      grey.push_back(static_cast<uint8_t>(v * 85));
    }
  }
  const std::vector<uint8_t> file = Png(kW, kH, SPNG_COLOR_TYPE_GRAYSCALE, 2, packed);
  ExpectPixels(file, grey, 1);
  ExpectPixels(file, Replicated(grey), 3);
}

TEST(PngTest, PaletteIsExpanded) {
  spng_plte palette = {};
  palette.n_entries = 256;
  for (int i = 0; i < 256; ++i) {
    palette.entries[i] = {static_cast<uint8_t>(i), static_cast<uint8_t>(255 - i),
                          static_cast<uint8_t>(i / 2), 0};
  }
  const std::vector<uint8_t> index = Pixels(kW, kH, 1);
  std::vector<uint8_t> rgb;
  for (const uint8_t i : index) {
    rgb.insert(rgb.end(), {i, static_cast<uint8_t>(255 - i), static_cast<uint8_t>(i / 2)});
  }
  ExpectPixels(Png(kW, kH, SPNG_COLOR_TYPE_INDEXED, 8, index, false, &palette), rgb, 3);
}

TEST(PngTest, SixteenBitSamplesAreRoundedToEight) {
  for (const int type : {SPNG_COLOR_TYPE_TRUECOLOR, SPNG_COLOR_TYPE_GRAYSCALE,
                         SPNG_COLOR_TYPE_TRUECOLOR_ALPHA, SPNG_COLOR_TYPE_GRAYSCALE_ALPHA}) {
    const bool grey = type == SPNG_COLOR_TYPE_GRAYSCALE || type == SPNG_COLOR_TYPE_GRAYSCALE_ALPHA;
    const bool alpha =
        type == SPNG_COLOR_TYPE_TRUECOLOR_ALPHA || type == SPNG_COLOR_TYPE_GRAYSCALE_ALPHA;
    const int samples = (grey ? 1 : 3) + (alpha ? 1 : 0);
    const std::vector<uint8_t> raw = Pixels(kW, kH, samples * 2);
    std::vector<uint8_t> want;
    for (int i = 0; i < kW * kH; ++i) {
      for (int c = 0; c < 3; ++c) {
        uint16_t v;
        std::memcpy(&v, &raw[(i * samples + (grey ? 0 : c)) * 2], 2);
        want.push_back(static_cast<uint8_t>(v / 257.0 + 0.5));
      }
    }
    ExpectPixels(Png(kW, kH, type, 16, raw), want, 3);
    if (grey) {
      std::vector<uint8_t> one;
      for (size_t i = 0; i < want.size(); i += 3) one.push_back(want[i]);
      ExpectPixels(Png(kW, kH, type, 16, raw), one, 1);
    }
    ExpectPixels(Png(kW, kH, type, 16, raw, true), want, 3);
  }
}

TEST(PngTest, ExifOrientationIsRead) {
  const std::vector<uint8_t> tiff = test_images::ExifTiff(8);
  const std::vector<uint8_t> file =
      Png(kW, kH, SPNG_COLOR_TYPE_TRUECOLOR, 8, Pixels(kW, kH, 3), false, nullptr, AsBytes(tiff));
  ImageInfo info;
  ASSERT_TRUE(Probe(AsBytes(file), CodecLimits(), &info).ok());
  EXPECT_EQ(info.orientation, 8);
  EXPECT_EQ(info.oriented_width(), kH);
}

TEST(PngTest, EveryTruncationIsATypedError) {
  const std::vector<uint8_t> file = Png(kW, kH, SPNG_COLOR_TYPE_TRUECOLOR, 8, Pixels(kW, kH, 3));
  DecodeScratch scratch;
  DecodedImage image;
  for (size_t size = 8; size < file.size(); ++size) {
    const std::vector<uint8_t> cut(file.begin(), file.begin() + static_cast<ptrdiff_t>(size));
    const Status status = DecodeRegion(cut, {0, 0, kW, 2}, 3, &scratch, &image);
    EXPECT_EQ(status.code(), ErrorCode::kImageTruncated) << size << " " << status.detail();
  }
}

TEST(PngTest, ADamagedChunkIsCorrupt) {
  std::vector<uint8_t> file = Png(kW, kH, SPNG_COLOR_TYPE_TRUECOLOR, 8, Pixels(kW, kH, 3));
  file[file.size() / 2] ^= 0x10;
  DecodeScratch scratch;
  DecodedImage image;
  const Status status = DecodeRegion(file, {0, 0, kW, kH}, 3, &scratch, &image);
  EXPECT_EQ(status.code(), ErrorCode::kImageCorrupt) << status.detail();
}

TEST(PngTest, FlippedBytesNeverCrash) {
  std::mt19937 rng(5);
  DecodeScratch scratch;
  DecodedImage image;
  for (const bool interlaced : {false, true}) {
    const std::vector<uint8_t> file =
        Png(kW, kH, SPNG_COLOR_TYPE_TRUECOLOR, 8, Pixels(kW, kH, 3), interlaced);
    for (int i = 0; i < 1500; ++i) {
      std::vector<uint8_t> bad = file;
      for (int k = 0; k < 1 + i % 4; ++k) bad[rng() % bad.size()] = static_cast<uint8_t>(rng());
      ImageInfo info;
      CodecLimits limits;
      limits.max_pixels = 1 << 20;
      if (!Probe(AsBytes(bad), limits, &info).ok()) continue;
      const Rect region{0, 0, info.width, info.height};
      const Status status = Decode(AsBytes(bad), info, {region, 1, 3}, &scratch, &image);
      if (!status.ok()) {
        EXPECT_FALSE(status.detail().empty());
      }
    }
  }
}

}  // namespace
}  // namespace saker
