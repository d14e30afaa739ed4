// The limit on decoding time, with pictures made to take long.
#include <gtest/gtest.h>

#include <ctime>
#include <string>
#include <vector>

#include "codec/codec.h"
#include "codec/test_images.h"
#include "codec/test_webp.h"

namespace saker {
namespace {

Status DecodeWithin(const std::vector<uint8_t>& file, int64_t ms) {
  const Bytes bytes(file.data(), file.size());
  CodecLimits limits;
  limits.max_decode_ms = ms;
  ImageInfo info;
  const Status status = Probe(bytes, limits, &info);
  if (!status.ok()) return status;
  DecodeScratch scratch;
  DecodedImage image;
  const DecodeRequest whole{{0, 0, info.width, info.height}, 1, 3};
  return Decode(bytes, info, whole, &scratch, &image, limits);
}

int64_t ThreadCpuMs() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<int64_t>(now.tv_sec) * 1000 + now.tv_nsec / 1000000;
}

// A progressive JPEG whose first scan, of DC values, comes `times` times: each is a pass over the
// whole picture.
std::vector<uint8_t> ScanBomb(int size, int times) {
  test_images::JpegOptions options;
  options.progressive = true;
  std::vector<uint8_t> file = test_images::Jpeg(size, size, options);
  size_t begin = 0;
  while (file[begin] != 0xff || file[begin + 1] != 0xda) ++begin;
  size_t end = begin + 2;
  while (file[end] != 0xff || file[end + 1] == 0) ++end;
  const std::vector<uint8_t> scan(file.begin() + static_cast<std::ptrdiff_t>(begin),
                                  file.begin() + static_cast<std::ptrdiff_t>(end));
  std::vector<uint8_t> scans;
  for (int i = 1; i < times; ++i) scans.insert(scans.end(), scan.begin(), scan.end());
  file.insert(file.begin() + static_cast<std::ptrdiff_t>(end), scans.begin(), scans.end());
  return file;
}

TEST(DecodeTimeoutTest, AProgressiveJpegOfManyScansIsEnded) {
  const std::vector<uint8_t> bomb = ScanBomb(700, 400);
  const int64_t start = ThreadCpuMs();
  EXPECT_TRUE(DecodeWithin(bomb, 0).ok());
  const int64_t whole = ThreadCpuMs() - start;
  const int64_t limit = 1 + whole / 20;
  const Status status = DecodeWithin(bomb, limit);
  EXPECT_EQ(status.code(), ErrorCode::kImageTimeout);
  EXPECT_EQ(status.detail(), "more than " + std::to_string(limit) + " ms of processor time");
  EXPECT_LT(ThreadCpuMs() - start - whole, whole / 2) << "it was ended long after its time";
}

TEST(DecodeTimeoutTest, TheDecoderIsFitForTheNextPicture) {
  const std::vector<uint8_t> bomb = ScanBomb(400, 300), fine = test_images::Jpeg(60, 40);
  DecodeScratch scratch;
  DecodedImage image;
  CodecLimits limits;
  limits.max_decode_ms = 5;
  ImageInfo info;
  const Bytes bytes(bomb.data(), bomb.size());
  ASSERT_TRUE(Probe(bytes, limits, &info).ok());
  EXPECT_EQ(Decode(bytes, info, {{0, 0, 400, 400}, 1, 3}, &scratch, &image, limits).code(),
            ErrorCode::kImageTimeout);
  const Bytes next(fine.data(), fine.size());
  ASSERT_TRUE(Probe(next, CodecLimits(), &info).ok());
  EXPECT_TRUE(Decode(next, info, {{0, 0, 60, 40}, 1, 3}, &scratch, &image).ok());
}

TEST(DecodeTimeoutTest, EveryFormatHasTheLimit) {
  const int size = 1600;
  const std::vector<uint8_t> pixels = test_images::Pixels(size, size, 3);
  const std::vector<std::vector<uint8_t>> files = {
      test_images::Jpeg(size, size),
      test_images::Png(size, size, SPNG_COLOR_TYPE_TRUECOLOR, 8, pixels),
      test_images::Webp(size, size, test_images::WebpKind::kLossy)};
  for (const std::vector<uint8_t>& file : files) {
    EXPECT_EQ(DecodeWithin(file, 1).code(), ErrorCode::kImageTimeout);
    EXPECT_TRUE(DecodeWithin(file, 0).ok());
    EXPECT_TRUE(DecodeWithin(file, kDefaultMaxDecodeMs).ok());
  }
}

}  // namespace
}  // namespace saker
