#include <gtest/gtest.h>

#include <webp/decode.h>

#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "codec/codec.h"
#include "codec/test_webp.h"

namespace saker {
namespace {

using test_images::AsBytes;
using test_images::Pixels;
using test_images::Webp;
using test_images::WebpKind;

constexpr int kW = 83, kH = 61;

Status DecodeRegion(const std::vector<uint8_t>& file, const Rect& region, DecodeScratch* scratch,
                    DecodedImage* image) {
  ImageInfo info;
  SAKER_RETURN_IF_ERROR(Probe(AsBytes(file), CodecLimits(), &info));
  return Decode(AsBytes(file), info, {region, 1, 3}, scratch, image);
}

Status DecodeAll(const std::vector<uint8_t>& file, DecodeScratch* scratch, DecodedImage* image) {
  ImageInfo info;
  SAKER_RETURN_IF_ERROR(Probe(AsBytes(file), CodecLimits(), &info));
  return Decode(AsBytes(file), info, {{0, 0, info.width, info.height}, 1, 3}, scratch, image);
}

// Random regions hold the very pixels of `want`, a kW x kH RGB picture.
void ExpectRegionsEqual(const std::vector<uint8_t>& file, const uint8_t* want) {
  DecodeScratch scratch;
  DecodedImage image;
  std::mt19937 rng(5);
  for (int i = 0; i < 200; ++i) {
    Rect r{0, 0, kW, kH};
    if (i > 0) {
      r.width = 1 + static_cast<int>(rng() % kW);
      r.height = 1 + static_cast<int>(rng() % kH);
      r.x = static_cast<int>(rng() % (kW - r.width + 1));
      r.y = static_cast<int>(rng() % (kH - r.height + 1));
    }
    const Status status = DecodeRegion(file, r, &scratch, &image);
    ASSERT_TRUE(status.ok()) << status.detail();
    ASSERT_LE(image.origin_x, r.x);
    ASSERT_LE(image.origin_y, r.y);
    ASSERT_GE(image.origin_x + image.view.width, r.x + r.width);
    ASSERT_GE(image.origin_y + image.view.height, r.y + r.height);
    for (int y = r.y; y < r.y + r.height; ++y) {
      ASSERT_EQ(0, std::memcmp(image.view.Row(y - image.origin_y) + (r.x - image.origin_x) * 3,
                               want + (y * kW + r.x) * 3, r.width * 3))
          << "region " << r.x << "," << r.y << " " << r.width << "x" << r.height << " row " << y;
    }
  }
}

TEST(WebpTest, ARegionOfALossyPictureHasTheBitsOfAFullDecode) {
  for (const int channels : {3, 4}) {
    const std::vector<uint8_t> file = Webp(kW, kH, WebpKind::kLossy, channels);
    int width = 0, height = 0;
    uint8_t* full = WebPDecodeRGB(file.data(), file.size(), &width, &height);
    ASSERT_NE(full, nullptr);
    ExpectRegionsEqual(file, full);
    WebPFree(full);
  }
}

TEST(WebpTest, ALosslessPictureIsReadExactly) {
  const std::vector<uint8_t> pixels = Pixels(kW, kH, 3);
  ExpectRegionsEqual(Webp(kW, kH, WebpKind::kLossless), pixels.data());
}

TEST(WebpTest, AlphaIsDroppedNotComposited) {
  const std::vector<uint8_t> rgba = Pixels(kW, kH, 4);
  const std::vector<uint8_t> file = Webp(kW, kH, WebpKind::kLossless, 4);
  ImageInfo info;
  ASSERT_TRUE(Probe(AsBytes(file), CodecLimits(), &info).ok());
  EXPECT_TRUE(info.has_alpha);
  EXPECT_EQ(info.channels, 3);
  DecodeScratch scratch;
  DecodedImage image;
  ASSERT_TRUE(DecodeAll(file, &scratch, &image).ok());
  for (int i = 0; i < kW * kH; ++i) {
    // The encoder clears the colour of pixels that nobody sees.
    if (rgba[i * 4 + 3] == 0) continue;
    ASSERT_EQ(0, std::memcmp(image.view.data + i * 3, rgba.data() + i * 4, 3)) << i;
  }
}

TEST(WebpTest, OrientationComesFromTheExifChunkWithAndWithoutItsJpegPrefix) {
  std::vector<uint8_t> chunks = test_images::ImageChunks(Webp(20, 10, WebpKind::kLossy));
  for (const bool prefixed : {false, true}) {
    std::vector<uint8_t> all = chunks;
    test_images::Append(&all, test_images::RiffChunk("EXIF", prefixed ? test_images::ExifApp1(6)
                                                                      : test_images::ExifTiff(6)));
    const std::vector<uint8_t> file = test_images::ExtendedWebp(20, 10, 0x08, all);
    ImageInfo info;
    const Status status = Probe(AsBytes(file), CodecLimits(), &info);
    ASSERT_TRUE(status.ok()) << status.detail();
    EXPECT_EQ(info.orientation, 6);
    EXPECT_EQ(info.oriented_width(), 10);
    EXPECT_EQ(info.format, ImageFormat::kWebp);
  }
}

std::vector<uint8_t> Animation() {
  std::vector<uint8_t> chunks = test_images::RiffChunk("ANIM", {255, 255, 255, 255, 0, 0});
  test_images::Append(
      &chunks, test_images::AnimationFrame(6, 4, 20, 10, Webp(20, 10, WebpKind::kLossless, 3, 7)));
  test_images::Append(
      &chunks, test_images::AnimationFrame(0, 0, 40, 30, Webp(40, 30, WebpKind::kLossy, 3, 8)));
  return test_images::ExtendedWebp(40, 30, 0x02, chunks);
}

TEST(WebpTest, AnAnimationIsItsFirstFrameOnABlackCanvas) {
  const std::vector<uint8_t> file = Animation();
  const std::vector<uint8_t> frame = Pixels(20, 10, 3, 7);
  DecodeScratch scratch;
  DecodedImage image;
  for (const Rect r : {Rect{0, 0, 40, 30}, Rect{9, 7, 30, 3}, Rect{0, 0, 5, 5}}) {
    const Status status = DecodeRegion(file, r, &scratch, &image);
    ASSERT_TRUE(status.ok()) << status.detail();
    for (int y = 0; y < r.height; ++y) {
      for (int x = 0; x < r.width; ++x) {
        const int fx = r.x + x - 6, fy = r.y + y - 4;
        const bool inside = fx >= 0 && fx < 20 && fy >= 0 && fy < 10;
        for (int c = 0; c < 3; ++c) {
          ASSERT_EQ(image.view.Row(y)[x * 3 + c], inside ? frame[(fy * 20 + fx) * 3 + c] : 0);
        }
      }
    }
  }
}

TEST(WebpTest, ThePixelLimitIsJudgedFromTheHeaderAlone) {
  const std::vector<uint8_t> file = Webp(kW, kH, WebpKind::kLossy);
  const std::vector<uint8_t> head(file.begin(), file.begin() + 64);
  CodecLimits limits;
  limits.max_pixels = kW * kH - 1;
  ImageInfo info;
  EXPECT_EQ(Probe(AsBytes(head), limits, &info).code(), ErrorCode::kImageTooLarge);
  limits.max_pixels = kW * kH;
  EXPECT_TRUE(Probe(AsBytes(head), limits, &info).ok());
}

TEST(WebpTest, EveryTruncationIsATypedErrorAndTheDecoderStaysUsable) {
  for (const std::vector<uint8_t>& file :
       {Webp(40, 40, WebpKind::kLossy), Webp(40, 40, WebpKind::kLossless), Animation()}) {
    DecodeScratch scratch;
    DecodedImage image;
    for (size_t size = 12; size < file.size(); ++size) {
      const std::vector<uint8_t> cut(file.begin(), file.begin() + static_cast<ptrdiff_t>(size));
      ASSERT_EQ(DecodeAll(cut, &scratch, &image).code(), ErrorCode::kImageTruncated) << size;
    }
    ASSERT_TRUE(DecodeAll(file, &scratch, &image).ok());
  }
}

// The container lies about its size, so only libwebp can notice.
TEST(WebpTest, ATruncationThatTheContainerHidesIsFoundByTheDecoder) {
  for (const WebpKind kind : {WebpKind::kLossy, WebpKind::kLossless}) {
    const std::vector<uint8_t> file = Webp(80, 80, kind);
    std::vector<uint8_t> cut(file.begin(), file.begin() + static_cast<ptrdiff_t>(file.size() / 2));
    const std::vector<uint8_t> size =
        test_images::LittleEndian(static_cast<uint32_t>(cut.size() - 8), 4);
    std::copy(size.begin(), size.end(), cut.begin() + 4);
    DecodeScratch scratch;
    DecodedImage image;
    EXPECT_FALSE(DecodeAll(cut, &scratch, &image).ok());
  }
}

TEST(WebpTest, TwoThousandMutationsOfGoodFilesAreAPictureOrATypedError) {
  const std::vector<uint8_t> files[] = {Webp(64, 48, WebpKind::kLossy),
                                        Webp(64, 48, WebpKind::kLossy, 4),
                                        Webp(64, 48, WebpKind::kLossless, 4), Animation()};
  std::mt19937 rng(11);
  DecodeScratch scratch;
  DecodedImage image;
  int pictures = 0;
  for (int i = 0; i < 2000; ++i) {
    std::vector<uint8_t> file = files[i % 4];
    const int edits = 1 + static_cast<int>(rng() % 8);
    for (int e = 0; e < edits; ++e) {
      // Half of the edits hit the headers, where they do the most.
      const size_t span = e % 2 == 0 ? std::min<size_t>(file.size(), 64) : file.size();
      file[rng() % span] = static_cast<uint8_t>(rng());
    }
    if (i % 5 == 0) file.resize(rng() % file.size());
    const Status status = DecodeAll(file, &scratch, &image);
    pictures += status.ok();
    ASSERT_TRUE(
        status.ok() || status.code() == ErrorCode::kImageCorrupt ||
        status.code() == ErrorCode::kImageTruncated || status.code() == ErrorCode::kImageFormat ||
        status.code() == ErrorCode::kImageEmpty || status.code() == ErrorCode::kImageTooLarge)
        << ErrorCodeName(status.code()) << " " << status.detail();
  }
  EXPECT_GT(pictures, 100);
}

}  // namespace
}  // namespace saker
