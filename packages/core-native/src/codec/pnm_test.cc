#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "codec/codec.h"

namespace saker {
namespace {

Bytes AsBytes(const std::string& file) {
  return Bytes(reinterpret_cast<const uint8_t*>(file.data()), file.size());
}

// The pixels of `region` as numbers, or the error's code.
struct Result {
  ErrorCode code = ErrorCode::kOk;
  std::vector<int> values;
};

Result Read(const std::string& file, const Rect& region, int channels = 3) {
  ImageInfo info;
  Status status = Probe(AsBytes(file), CodecLimits(), &info);
  if (!status.ok()) return {status.code(), {}};
  DecodeScratch scratch;
  DecodedImage image;
  status = Decode(AsBytes(file), info, {region, 1, channels}, &scratch, &image);
  if (!status.ok()) return {status.code(), {}};
  Result result;
  for (int y = 0; y < image.view.height; ++y) {
    for (int i = 0; i < image.view.width * channels; ++i) {
      result.values.push_back(image.view.Row(y)[i]);
    }
  }
  return result;
}

TEST(PnmTest, ColourIsReadExactlyAndOnlyTheRegion) {
  const std::string file = "P6 2 2 255\nabcdefABCDEF";
  EXPECT_EQ(Read(file, {0, 0, 2, 2}).values,
            (std::vector<int>{'a', 'b', 'c', 'd', 'e', 'f', 'A', 'B', 'C', 'D', 'E', 'F'}));
  EXPECT_EQ(Read(file, {1, 1, 1, 1}).values, (std::vector<int>{'D', 'E', 'F'}));
}

TEST(PnmTest, GreyIsReplicatedAndCommentsAreSkipped) {
  const std::string file = "P5\n# a comment\n2 # another\n1\n255\n\x07\x09";
  EXPECT_EQ(Read(file, {0, 0, 2, 1}).values, (std::vector<int>{7, 7, 7, 9, 9, 9}));
  EXPECT_EQ(Read(file, {0, 0, 2, 1}, 1).values, (std::vector<int>{7, 9}));
}

TEST(PnmTest, SamplesAreScaledFromTheirMaximum) {
  EXPECT_EQ(Read(std::string("P5 3 1 4\n\0\1\4", 12), {0, 0, 3, 1}, 1).values,
            (std::vector<int>{0, 64, 255}));
  EXPECT_EQ(Read(std::string("P5 2 1 65535\n\x80\x80\xff\xff", 17), {0, 0, 2, 1}, 1).values,
            (std::vector<int>{128, 255}));
}

TEST(PnmTest, BadHeadersAndMissingRowsAreTypedErrors) {
  EXPECT_EQ(Read("P6 2 2 255\nabcdefABCDE", {0, 0, 1, 1}).code, ErrorCode::kImageTruncated);
  EXPECT_EQ(Read("P6 2 ", {0, 0, 1, 1}).code, ErrorCode::kImageTruncated);
  EXPECT_EQ(Read("P6 2 2 255", {0, 0, 1, 1}).code, ErrorCode::kImageTruncated);
  EXPECT_EQ(Read("P6 0 2 255\n", {0, 0, 1, 1}).code, ErrorCode::kImageCorrupt);
  EXPECT_EQ(Read("P6 x 2 255\n", {0, 0, 1, 1}).code, ErrorCode::kImageCorrupt);
  EXPECT_EQ(Read("P6 2 2 65536\n", {0, 0, 1, 1}).code, ErrorCode::kImageCorrupt);
  EXPECT_EQ(Read("P6 99999999999 2 255\n", {0, 0, 1, 1}).code, ErrorCode::kImageCorrupt);
  EXPECT_EQ(Read("P6 100000 100000 255\n", {0, 0, 1, 1}).code, ErrorCode::kImageTooLarge);
  EXPECT_EQ(Read("P3 1 1 255\n1 2 3", {0, 0, 1, 1}).code, ErrorCode::kImageFormat);
}

}  // namespace
}  // namespace saker
