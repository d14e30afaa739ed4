#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "codec/codec.h"
#include "codec/test_images.h"

namespace saker {
namespace {

using test_images::AsBytes;

Status ProbeText(const std::string& text) {
  ImageInfo info;
  return Probe(Bytes(reinterpret_cast<const uint8_t*>(text.data()), text.size()), CodecLimits(),
               &info);
}

TEST(ProbeTest, NoBytesAreAnEmptyImage) { EXPECT_EQ(ProbeText("").code(), ErrorCode::kImageEmpty); }

TEST(ProbeTest, OtherFormatsAreNamed) {
  const std::pair<std::string, const char*> cases[] = {
      {"GIF89a......", "GIF"},
      {std::string("RIFF\0\0\0\0WAVEfmt ", 16), "a RIFF container"},
      {std::string("II*\0\0\0\0\0", 8), "TIFF"},
      {std::string("\0\0\0\x20"
                   "ftypavif",
                   12),
       "AVIF"},
      {"BM......", "BMP"},
      {"<?xml version='1.0'?><svg/>", "SVG"},
      {"hello", "a text file"},
      {std::string("\x01\x02\x03\0", 4), "an unknown binary file"},
  };
  for (const auto& c : cases) {
    const Status status = ProbeText(c.first);
    EXPECT_EQ(status.code(), ErrorCode::kImageFormat);
    EXPECT_NE(status.detail().find(c.second), std::string::npos) << status.detail();
  }
}

TEST(ProbeTest, SizeAndOrientationComeFromTheHeaders) {
  test_images::JpegOptions options;
  options.app1 = test_images::ExifApp1(6, true);
  ImageInfo info;
  ASSERT_TRUE(Probe(AsBytes(test_images::Jpeg(50, 20, options)), CodecLimits(), &info).ok());
  EXPECT_EQ(info.format, ImageFormat::kJpeg);
  EXPECT_EQ(info.width, 50);
  EXPECT_EQ(info.height, 20);
  EXPECT_EQ(info.orientation, 6);
  EXPECT_EQ(info.oriented_width(), 20);
}

TEST(ProbeTest, ThePixelLimitIsJudgedFromTheHeaderAlone) {
  const std::vector<uint8_t> file = test_images::Jpeg(50, 20);
  ImageInfo info;
  CodecLimits limits;
  limits.max_pixels = 1000;
  EXPECT_TRUE(Probe(AsBytes(file), limits, &info).ok());
  limits.max_pixels = 999;
  const Status status = Probe(AsBytes(file), limits, &info);
  EXPECT_EQ(status.code(), ErrorCode::kImageTooLarge);
  EXPECT_NE(status.detail().find("50x20"), std::string::npos);
}

TEST(ProbeTest, TheByteLimitIsJudgedBeforeAnythingIsRead) {
  const std::vector<uint8_t> file = test_images::Jpeg(50, 20);
  ImageInfo info;
  CodecLimits limits;
  limits.max_bytes = static_cast<int64_t>(file.size());
  EXPECT_TRUE(Probe(AsBytes(file), limits, &info).ok());
  --limits.max_bytes;
  EXPECT_EQ(Probe(AsBytes(file), limits, &info).code(), ErrorCode::kImageTooLarge);
}

}  // namespace
}  // namespace saker
