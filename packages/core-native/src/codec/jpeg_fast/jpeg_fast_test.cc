// Our JPEG decoder against libjpeg-turbo: the same pixels, or none.
#include "codec/jpeg_fast/jpeg_fast.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "codec/test_images.h"
#include "hwy/targets.h"

namespace saker {
namespace {

using test_images::AsBytes;
using test_images::Jpeg;
using test_images::JpegOptions;

struct Both {
  DecodeScratch ours, library;
  DecodedImage our_image, library_image;
};

std::string Describe(const DecodeRequest& q) {
  const Rect& r = q.region;
  return "region " + std::to_string(r.x) + "," + std::to_string(r.y) + " " +
         std::to_string(r.width) + "x" + std::to_string(r.height) + " 1/" +
         std::to_string(q.scale_denom);
}

// Decode with and without our decoder: the same status, and the same pixels of the region.
void ExpectTwins(Bytes bytes, const ImageInfo& info, DecodeRequest q, Both* both,
                 const std::string& what) {
  q.library_only = false;
  const Status ours = Decode(bytes, info, q, &both->ours, &both->our_image);
  q.library_only = true;
  const Status library = Decode(bytes, info, q, &both->library, &both->library_image);
  ASSERT_EQ(ours.code(), library.code()) << what << " " << Describe(q) << ": " << library.detail();
  if (!ours.ok()) return;
  const DecodedImage &a = both->our_image, &b = both->library_image;
  ASSERT_EQ(a.full_width, b.full_width);
  ASSERT_EQ(a.full_height, b.full_height);
  const Rect& r = q.region;
  const int d = q.scale_denom, x0 = r.x / d, y0 = r.y / d;
  const int x1 = std::min((r.x + r.width + d - 1) / d, a.full_width);
  const int y1 = std::min((r.y + r.height + d - 1) / d, a.full_height);
  for (const DecodedImage* image : {&a, &b}) {
    ASSERT_LE(image->origin_x, x0);
    ASSERT_LE(image->origin_y, y0);
    ASSERT_GE(image->origin_x + image->view.width, x1);
    ASSERT_GE(image->origin_y + image->view.height, y1);
  }
  for (int y = y0; y < y1; ++y) {
    const auto row = [&](const DecodedImage& image) {
      return image.view.Row(y - image.origin_y) + (x0 - image.origin_x) * q.channels;
    };
    ASSERT_EQ(0, std::memcmp(row(a), row(b), static_cast<size_t>(x1 - x0) * q.channels))
        << what << " " << Describe(q) << " row " << y;
  }
}

bool Takes(const std::vector<uint8_t>& file, int denom = 1) {
  ImageInfo info;
  EXPECT_TRUE(Probe(AsBytes(file), CodecLimits(), &info).ok());
  JpegFastScratch scratch;
  AlignedBuffer pixels;
  DecodedImage image;
  const DecodeRequest q{{0, 0, info.width, info.height}, denom, info.channels};
  return DecodeJpegFast(AsBytes(file), info, q, &scratch, &pixels, &image);
}

Rect RandomRegion(const ImageInfo& info, std::mt19937* rng) {
  const auto below = [&](int n) { return static_cast<int>((*rng)() % static_cast<unsigned>(n)); };
  Rect r;
  r.width = 1 + below(info.width);
  r.height = 1 + below(info.height);
  if ((*rng)() % 4 == 0) r.height = std::min(r.height, 2);
  r.x = below(info.width - r.width + 1);
  r.y = below(info.height - r.height + 1);
  return r;
}

// The kinds our decoder takes, at random.
JpegOptions RandomOptions(std::mt19937* rng) {
  constexpr int kSamplings[5][2] = {{1, 1}, {2, 1}, {2, 2}, {1, 2}, {2, 2}};
  const auto& sampling = kSamplings[(*rng)() % 5];
  constexpr int kQualities[6] = {5, 30, 75, 90, 97, 100};
  JpegOptions options;
  options.channels = (*rng)() % 6 == 0 ? 1 : 3;
  options.h_samp = sampling[0];
  options.v_samp = sampling[1];
  options.quality = kQualities[(*rng)() % 6];
  options.own_tables = (*rng)() % 2 == 0;
  if ((*rng)() % 3 == 0) options.restart_mcus = 1 + static_cast<int>((*rng)() % 9);
  options.pixel_seed = (*rng)();
  return options;
}

void ExpectTwinsOnRegions(const std::vector<uint8_t>& file, int regions, std::mt19937* rng,
                          Both* both, const std::string& what) {
  ImageInfo info;
  ASSERT_TRUE(Probe(AsBytes(file), CodecLimits(), &info).ok());
  DecodeRequest q{{0, 0, info.width, info.height}, 1, 3};
  for (int i = 0; i <= regions && !testing::Test::HasFatalFailure(); ++i) {
    if (i > 0) q.region = RandomRegion(info, rng);
    q.channels = info.channels == 1 && (*rng)() % 2 == 0 ? 1 : 3;
    q.scale_denom = i % 4 == 3 ? 1 << (*rng)() % 4 : 1;
    ExpectTwins(AsBytes(file), info, q, both, what);
  }
}

// Calls `test` once per SIMD target that runs here.
template <class Test>
void OnEveryTarget(const Test& test) {
  for (int64_t rest = hwy::SupportedTargets() & HWY_TARGETS; rest != 0; rest &= rest - 1) {
    hwy::SetSupportedTargetsForTest(rest & -rest);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    SCOPED_TRACE(hwy::TargetName(rest & -rest));
    test();
    hwy::SetSupportedTargetsForTest(0);
  }
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

TEST(JpegFastTest, EverySizeFrom1To40OfEveryKindHasLibjpegsPixels) {
  std::mt19937 rng(3);
  Both both;
  for (int h = 1; h <= 40; ++h) {
    for (int w = 1; w <= 40; ++w) {
      const JpegOptions options = RandomOptions(&rng);
      ExpectTwinsOnRegions(Jpeg(w, h, options), 3, &rng, &both,
                           std::to_string(w) + "x" + std::to_string(h) + " h" +
                               std::to_string(options.h_samp) + "v" +
                               std::to_string(options.v_samp));
      if (HasFatalFailure()) return;
    }
  }
}

TEST(JpegFastTest, RegionsOfLargerPicturesHaveLibjpegsPixelsOnEverySimdTarget) {
  OnEveryTarget([] {
    std::mt19937 rng(5);
    Both both;
    for (int i = 0; i < 30 && !HasFatalFailure(); ++i) {
      const int w = 41 + static_cast<int>(rng() % 300), h = 41 + static_cast<int>(rng() % 200);
      ExpectTwinsOnRegions(Jpeg(w, h, RandomOptions(&rng)), 12, &rng, &both, std::to_string(i));
    }
  });
}

TEST(JpegFastTest, TakesTheUsualKindsAndLeavesTheOthers) {
  JpegOptions options;
  for (const auto& [h, v] : {std::pair{1, 1}, {2, 1}, {1, 2}, {2, 2}}) {
    options.h_samp = h;
    options.v_samp = v;
    EXPECT_TRUE(Takes(Jpeg(50, 40, options))) << h << "x" << v;
  }
  options.restart_mcus = 3;
  EXPECT_TRUE(Takes(Jpeg(50, 40, options)));
  options.h_samp = 4;
  EXPECT_FALSE(Takes(Jpeg(50, 40, options))) << "sampling 4x2";
  options = JpegOptions();
  EXPECT_FALSE(Takes(Jpeg(4, 40, options))) << "libjpeg upsamples so narrow chroma otherwise";
  options.channels = 1;
  EXPECT_TRUE(Takes(Jpeg(50, 40, options)));
  options.channels = 4;
  EXPECT_FALSE(Takes(Jpeg(50, 40, options))) << "CMYK";
  options = JpegOptions();
  options.progressive = true;
  EXPECT_FALSE(Takes(Jpeg(50, 40, options))) << "progressive";
}

TEST(JpegFastTest, AFileCutAnywhereIsNeverTaken) {
  const std::vector<uint8_t> file = Jpeg(40, 40);
  ImageInfo info;
  ASSERT_TRUE(Probe(AsBytes(file), CodecLimits(), &info).ok());
  JpegFastScratch scratch;
  AlignedBuffer pixels;
  DecodedImage image;
  for (size_t size = 2; size < file.size(); ++size) {
    // In memory of its own, so that a sanitizer sees a read past the end.
    std::vector<uint8_t> cut(file.begin(), file.begin() + static_cast<ptrdiff_t>(size));
    cut.shrink_to_fit();
    const DecodeRequest q{{0, 0, 40, 40}, 1, 3};
    ASSERT_FALSE(DecodeJpegFast(AsBytes(cut), info, q, &scratch, &pixels, &image)) << size;
  }
}

int MutationCount() {
  const char* asked = std::getenv("SAKER_JPEG_MUTATIONS");
  return asked == nullptr ? 2000 : std::atoi(asked);
}

TEST(JpegFastTest, DamagedFilesGetLibjpegsVerdictAndPixels) {
  std::mt19937 rng(17);
  Both both;
  const int count = MutationCount();
  int good = 0;
  for (int i = 0; i < count; ++i) {
    const int w = 1 + static_cast<int>(rng() % 120), h = 1 + static_cast<int>(rng() % 120);
    std::vector<uint8_t> file = Jpeg(w, h, RandomOptions(&rng));
    // Half of the damage in the last part, where a region may end before it.
    const size_t from = rng() % 2 == 0 ? 0 : file.size() - file.size() / 4;
    const int changes = 1 + static_cast<int>(rng() % 3);
    for (int k = 0; k < changes; ++k) {
      const size_t at = from + rng() % (file.size() - from);
      switch (rng() % 5) {
        case 0:
          file[at] = 0xff;
          break;
        case 1:
          file.erase(file.begin() + static_cast<ptrdiff_t>(at));
          break;
        case 2:
          file.insert(file.begin() + static_cast<ptrdiff_t>(at), static_cast<uint8_t>(rng()));
          break;
        case 3:
          file[at] ^= static_cast<uint8_t>(1u << rng() % 8);
          break;
        default:
          file[at] = static_cast<uint8_t>(rng());
      }
    }
    ImageInfo info;
    CodecLimits limits;
    limits.max_pixels = 1 << 20;
    if (!Probe(AsBytes(file), limits, &info).ok() || info.format != ImageFormat::kJpeg) continue;
    const DecodeRequest q{RandomRegion(info, &rng), 1 << (i % 8 < 4 ? 0 : i % 4), 3};
    ExpectTwins(AsBytes(file), info, q, &both, "mutation " + std::to_string(i));
    if (HasFatalFailure()) return;
    JpegFastScratch scratch;
    AlignedBuffer pixels;
    DecodedImage image;
    good += DecodeJpegFast(AsBytes(file), info, q, &scratch, &pixels, &image);
  }
  EXPECT_GT(good, count / 20) << "mutations that our decoder takes";
}

TEST(JpegFastTest, RealPhotosHaveLibjpegsPixels) {
  namespace fs = std::filesystem;
  const fs::path data = fs::path(SAKER_PACKAGE_DIR) / "../../../shared/data";
  if (!fs::exists(data)) GTEST_SKIP() << "no ../shared/data beside the clone";
  std::mt19937 rng(23);
  Both both;
  for (const auto& entry : fs::recursive_directory_iterator(data)) {
    const std::string kind = entry.path().extension().string();
    if (kind != ".jpg" && kind != ".jpeg" && kind != ".JPEG") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::vector<uint8_t> file((std::istreambuf_iterator<char>(in)),
                                    std::istreambuf_iterator<char>());
    ImageInfo info;
    if (!Probe(AsBytes(file), CodecLimits(), &info).ok() || info.format != ImageFormat::kJpeg) {
      continue;
    }
    const std::string name = entry.path().filename().string();
    ExpectTwins(AsBytes(file), info, {{0, 0, info.width, info.height}, 1, 3}, &both, name);
    ExpectTwins(AsBytes(file), info, {RandomRegion(info, &rng), 1, 3}, &both, name);
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace saker
