#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "codec/codec.h"
#include "codec/test_images.h"

namespace saker {
namespace {

using test_images::AsBytes;
using test_images::Jpeg;
using test_images::JpegOptions;

ImageInfo MustProbe(const std::vector<uint8_t>& file) {
  ImageInfo info;
  const Status status = Probe(AsBytes(file), CodecLimits(), &info);
  EXPECT_TRUE(status.ok()) << status.detail();
  return info;
}

// Decodes the whole picture at 1/denom and every region in `regions`, and wants the same bits.
void ExpectRegionsEqualFull(const std::vector<uint8_t>& file, int denom, int channels, int count,
                            const std::string& what) {
  const ImageInfo info = MustProbe(file);
  DecodeScratch full_scratch, scratch;
  DecodedImage full, part;
  DecodeRequest request{{0, 0, info.width, info.height}, denom, channels};
  ASSERT_TRUE(Decode(AsBytes(file), info, request, &full_scratch, &full).ok());
  ASSERT_EQ(full.view.width, full.full_width);
  ASSERT_EQ(full.view.height, (info.height + denom - 1) / denom);
  std::mt19937 rng(7);
  for (int i = 0; i < count; ++i) {
    Rect& r = request.region;
    r.width = 1 + static_cast<int>(rng() % info.width);
    r.height = 1 + static_cast<int>(rng() % info.height);
    if (i % 5 == 0) r.width = std::min(r.width, 3);
    r.x = static_cast<int>(rng() % (info.width - r.width + 1));
    r.y = static_cast<int>(rng() % (info.height - r.height + 1));
    const Status status = Decode(AsBytes(file), info, request, &scratch, &part);
    ASSERT_TRUE(status.ok()) << what << ": " << status.detail();
    const int x0 = r.x / denom, y0 = r.y / denom;
    const int x1 = std::min((r.x + r.width + denom - 1) / denom, full.view.width);
    const int y1 = std::min((r.y + r.height + denom - 1) / denom, full.view.height);
    ASSERT_LE(part.origin_x, x0);
    ASSERT_LE(part.origin_y, y0);
    ASSERT_GE(part.origin_x + part.view.width, x1);
    ASSERT_GE(part.origin_y + part.view.height, y1);
    for (int y = y0; y < y1; ++y) {
      const uint8_t* a = full.view.Row(y) + x0 * channels;
      const uint8_t* b = part.view.Row(y - part.origin_y) + (x0 - part.origin_x) * channels;
      ASSERT_EQ(0, std::memcmp(a, b, static_cast<size_t>(x1 - x0) * channels))
          << what << " 1/" << denom << " row " << y << " of region " << r.x << "," << r.y << " "
          << r.width << "x" << r.height;
    }
  }
}

TEST(JpegTest, RegionsAreBitEqualToTheFullDecodeForEverySamplingAndMode) {
  const int samplings[][2] = {{1, 1}, {2, 1}, {2, 2}, {1, 2}, {4, 1}};
  const int sizes[][2] = {{97, 61}, {160, 128}, {33, 200}};
  for (const auto& s : samplings) {
    for (const bool progressive : {false, true}) {
      for (const auto& size : sizes) {
        JpegOptions options;
        options.h_samp = s[0];
        options.v_samp = s[1];
        options.progressive = progressive;
        const std::vector<uint8_t> file = Jpeg(size[0], size[1], options);
        const std::string what = std::to_string(s[0]) + "x" + std::to_string(s[1]) +
                                 (progressive ? " progressive " : " baseline ") +
                                 std::to_string(size[0]) + "x" + std::to_string(size[1]);
        for (const int denom : {1, 2, 4, 8}) ExpectRegionsEqualFull(file, denom, 3, 40, what);
      }
    }
  }
}

TEST(JpegTest, RegionsOfGreyAndRestartFilesAreBitEqual) {
  JpegOptions grey;
  grey.channels = 1;
  const std::vector<uint8_t> grey_file = Jpeg(91, 77, grey);
  EXPECT_EQ(MustProbe(grey_file).channels, 1);
  for (const int denom : {1, 2, 4, 8}) {
    ExpectRegionsEqualFull(grey_file, denom, 1, 40, "grey");
    ExpectRegionsEqualFull(grey_file, denom, 3, 40, "grey as RGB");
  }
  JpegOptions restart;
  restart.restart_rows = 1;
  ExpectRegionsEqualFull(Jpeg(120, 90, restart), 1, 3, 40, "restart");
}

TEST(JpegTest, RegionsOfAProgressiveFileWithoutItsLastScansAreBitEqual) {
  JpegOptions options;
  options.progressive = true;
  for (const int scans : {1, 2, 4, 6, 9}) {
    options.scans = scans;
    const std::vector<uint8_t> file = Jpeg(97, 61, options);
    for (const int denom : {1, 2}) {
      ExpectRegionsEqualFull(file, denom, 3, 40, std::to_string(scans) + " scans");
    }
  }
}

TEST(JpegTest, RegionsOfAFileOfUnusualSamplingFactorsAreBitEqual) {
  // A file of 4:2:0 with other factors written into its frame header still decodes; to what picture
  // does not matter.
  for (const uint8_t factors : {0x14, 0x12, 0x21, 0x41}) {
    JpegOptions options;
    options.v_samp = 1;
    std::vector<uint8_t> file = Jpeg(61, 43, options);
    const uint8_t sof[] = {0xff, 0xc0, 0, 17, 8};
    const auto frame = std::search(file.begin(), file.end(), std::begin(sof), std::end(sof));
    ASSERT_NE(frame, file.end());
    frame[17] = factors;  // of the third component
    // More bits for the MCUs that the factors add.
    file.insert(file.end() - 2, 4096, 0x55);
    const ImageInfo info = MustProbe(file);
    DecodeScratch scratch;
    DecodedImage whole;
    if (!Decode(AsBytes(file), info, {{0, 0, 61, 43}, 1, 3}, &scratch, &whole).ok()) continue;
    for (const int denom : {1, 2, 4}) {
      ExpectRegionsEqualFull(file, denom, 3, 40, "factors " + std::to_string(factors));
    }
  }
}

TEST(JpegTest, GreyIsReplicatedWhenThreeChannelsAreAsked) {
  JpegOptions grey;
  grey.channels = 1;
  const std::vector<uint8_t> file = Jpeg(16, 16, grey);
  const ImageInfo info = MustProbe(file);
  DecodeScratch scratch;
  DecodedImage image;
  ASSERT_TRUE(Decode(AsBytes(file), info, {{0, 0, 16, 16}, 1, 3}, &scratch, &image).ok());
  ASSERT_EQ(image.view.channels, 3);
  for (int i = 0; i < 16 * 16; ++i) {
    ASSERT_EQ(image.view.data[i * 3], image.view.data[i * 3 + 1]);
    ASSERT_EQ(image.view.data[i * 3], image.view.data[i * 3 + 2]);
  }
}

TEST(JpegTest, InvertedCmykBecomesRgbByPillowsFormula) {
  JpegOptions cmyk;
  cmyk.channels = 4;
  cmyk.quality = 100;
  const std::vector<uint8_t> file = Jpeg(33, 21, cmyk);
  const std::vector<uint8_t> inks = test_images::Pixels(33, 21, 4);
  ImageInfo info;
  ASSERT_TRUE(Probe(AsBytes(file), CodecLimits(), &info).ok());
  EXPECT_EQ(info.channels, 3);
  DecodeScratch scratch;
  DecodedImage image;
  ASSERT_TRUE(Decode(AsBytes(file), info, {{0, 0, 33, 21}, 1, 3}, &scratch, &image).ok());
  ASSERT_EQ(image.view.channels, 3);
  ASSERT_EQ(image.view.stride, 33u * 3);
  for (int i = 0; i < 33 * 21; ++i) {
    const double white = inks[i * 4 + 3];
    for (int c = 0; c < 3; ++c) {
      ASSERT_NEAR(image.view.data[i * 3 + c], white * inks[i * 4 + c] / 255, 4.0) << i;
    }
  }
}

TEST(JpegTest, EveryTruncationIsATypedErrorAndTheDecoderStaysUsable) {
  for (const bool progressive : {false, true}) {
    JpegOptions options;
    options.progressive = progressive;
    const std::vector<uint8_t> file = Jpeg(40, 40, options);
    DecodeScratch scratch;
    DecodedImage image;
    for (size_t size = 0; size < file.size(); ++size) {
      ImageInfo info;
      const std::vector<uint8_t> cut(file.begin(), file.begin() + static_cast<ptrdiff_t>(size));
      Status status = Probe(AsBytes(cut), CodecLimits(), &info);
      if (status.ok()) {
        status = Decode(AsBytes(cut), info, {{0, 0, 40, 8}, 1, 3}, &scratch, &image);
        EXPECT_EQ(status.code(), ErrorCode::kImageTruncated) << size << " " << status.detail();
      } else if (size == 0) {
        EXPECT_EQ(status.code(), ErrorCode::kImageEmpty);
      } else if (size >= 3) {
        EXPECT_EQ(status.code(), ErrorCode::kImageTruncated) << size << " " << status.detail();
      } else {
        EXPECT_EQ(status.code(), ErrorCode::kImageFormat);
      }
    }
    const ImageInfo info = MustProbe(file);
    EXPECT_TRUE(Decode(AsBytes(file), info, {{0, 0, 40, 40}, 1, 3}, &scratch, &image).ok());
  }
}

TEST(JpegTest, RowsThatEndEarlyAreTruncatedEvenWithAnEndMarker) {
  std::vector<uint8_t> file = Jpeg(64, 64);
  file.resize(file.size() - file.size() / 4);
  file.push_back(0xff);
  file.push_back(0xd9);
  const ImageInfo info = MustProbe(file);
  DecodeScratch scratch;
  DecodedImage image;
  const Status status = Decode(AsBytes(file), info, {{0, 0, 64, 64}, 1, 3}, &scratch, &image);
  EXPECT_EQ(status.code(), ErrorCode::kImageTruncated);
}

TEST(JpegTest, TrailingBytesAfterTheEndMarkerDoNoHarm) {
  std::vector<uint8_t> file = Jpeg(32, 32);
  file.insert(file.end(), 5000, 0xd9);
  const ImageInfo info = MustProbe(file);
  DecodeScratch scratch;
  DecodedImage image;
  EXPECT_TRUE(Decode(AsBytes(file), info, {{0, 0, 32, 32}, 1, 3}, &scratch, &image).ok());
}

// Two bytes of the marker `code` made an application segment, which decoders pass over.
std::vector<uint8_t> WithoutSegments(std::vector<uint8_t> file, uint8_t code) {
  for (size_t i = 0; i + 1 < file.size(); ++i) {
    if (file[i] == 0xff && file[i + 1] == code) file[i + 1] = 0xef;
  }
  return file;
}

TEST(JpegTest, TablesOfThePictureBeforeAreNotUsed) {
  const DecodeRequest request{{0, 0, 32, 32}, 1, 3};
  const ImageInfo info = MustProbe(Jpeg(32, 32));
  DecodeScratch scratch;
  DecodedImage image;
  const auto decode = [&](const std::vector<uint8_t>& file) {
    return Decode(AsBytes(file), info, request, &scratch, &image);
  };
  JpegOptions progressive;
  progressive.progressive = true;
  ASSERT_TRUE(decode(Jpeg(32, 32, progressive)).ok());
  EXPECT_EQ(decode(WithoutSegments(Jpeg(32, 32), 0xdb)).code(), ErrorCode::kImageCorrupt);
  // Without Huffman tables a file has the standard's, as every frame of Motion JPEG.
  ASSERT_TRUE(decode(Jpeg(32, 32)).ok());
  const std::vector<uint8_t> standard(image.view.data, image.view.data + 32 * 32 * 3);
  ASSERT_TRUE(decode(Jpeg(32, 32, progressive)).ok());
  ASSERT_TRUE(decode(WithoutSegments(Jpeg(32, 32), 0xc4)).ok());
  for (int y = 0; y < 32; ++y) {
    ASSERT_EQ(0, std::memcmp(image.view.Row(y), standard.data() + y * 96, 96)) << y;
  }
}

TEST(JpegTest, FlippedBytesNeverCrash) {
  std::mt19937 rng(11);
  DecodeScratch scratch;
  DecodedImage image;
  for (const bool progressive : {false, true}) {
    JpegOptions options;
    options.progressive = progressive;
    options.app1 = test_images::ExifApp1(6);
    const std::vector<uint8_t> file = Jpeg(48, 40, options);
    for (int i = 0; i < 1500; ++i) {
      std::vector<uint8_t> bad = file;
      for (int k = 0; k < 1 + i % 4; ++k) bad[rng() % bad.size()] = static_cast<uint8_t>(rng());
      ImageInfo info;
      CodecLimits limits;
      limits.max_pixels = 1 << 20;
      if (!Probe(AsBytes(bad), limits, &info).ok()) continue;
      Rect region{static_cast<int>(rng() % info.width), static_cast<int>(rng() % info.height), 1,
                  1};
      region.width = info.width - region.x;
      region.height = info.height - region.y;
      const Status status = Decode(AsBytes(bad), info, {region, 1 << (i % 4), 3}, &scratch, &image);
      if (!status.ok()) {
        EXPECT_FALSE(status.detail().empty());
      }
    }
  }
}

}  // namespace
}  // namespace saker
