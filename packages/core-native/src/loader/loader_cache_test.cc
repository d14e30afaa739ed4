// The loader's memory cache: the same pixels with and without, and what it saves.
#include <gtest/gtest.h>

#include <filesystem>
#include <future>
#include <string>
#include <vector>

#include "codec/test_webp.h"
#include "loader/loader.h"
#include "loader/test_program.h"

namespace saker {
namespace {

using test_program::TempFolder;

constexpr int64_t kPlenty = int64_t{64} << 20;

struct Epoch {
  std::vector<int32_t> ids;
  std::vector<uint8_t> pixels;
  std::vector<ErrorCode> codes;
  int conversions = 0;
};

// Answers conversions with `answer`.
Epoch ReadEpoch(Loader* loader, uint32_t number, const std::vector<uint8_t>& answer = {}) {
  Epoch epoch;
  const uint64_t run = loader->StartEpoch(number);
  for (;;) {
    std::promise<NextBatch> promise;
    loader->Next(run, [&promise](NextBatch batch) { promise.set_value(std::move(batch)); });
    const NextBatch next = promise.get_future().get();
    for (const Conversion& c : next.conversions) {
      ++epoch.conversions;
      loader->Convert(c.ticket, answer, OkStatus());
    }
    if (next.lease == nullptr && next.conversions.empty()) return epoch;
    if (next.lease == nullptr) continue;
    const BatchSlot& slot = next.lease->slot();
    for (int i = 0; i < slot.count; ++i) {
      epoch.ids.push_back(slot.sample_ids[i]);
      epoch.codes.push_back(slot.statuses[i].code());
    }
    epoch.pixels.insert(epoch.pixels.end(), next.lease->data(),
                        next.lease->data() + slot.count * 16 * 16 * 3);
  }
}

class LoaderCacheTest : public ::testing::Test {
 protected:
  // Every format; sizes at which plans ask for several DCT scales; turned, grey, damaged and
  // foreign pictures.
  LoaderCacheTest() : files(test_program::WriteJpegs(folder, 8)) {
    for (int i = 0; i < 6; ++i) {
      test_images::JpegOptions options;
      options.progressive = i % 2 == 1;
      options.channels = i == 2 ? 1 : 3;
      if (i >= 3) options.app1 = test_images::ExifApp1(i);
      Add("large" + std::to_string(i), test_images::Jpeg(150 + 31 * i, 203 - 17 * i, options));
    }
    Add("png", test_images::Png(70, 50, SPNG_COLOR_TYPE_TRUECOLOR, 8,
                                test_images::Pixels(70, 50, 3)));
    Add("webp", test_images::Webp(75, 64, test_images::WebpKind::kLossy));
    std::vector<uint8_t> cut = test_images::Jpeg(160, 300);
    cut.resize(cut.size() * 3 / 4);
    cut.insert(cut.end(), {0xff, 0xd9});
    Add("damaged below", cut);
    Add("text", {'h', 'i'});
    Add("gif", {'G', 'I', 'F', '8', '9', 'a'});
    files.push_back(folder.path() + "/gone");
  }

  void Add(const std::string& name, const std::vector<uint8_t>& bytes) {
    files.push_back(folder.Write(name, bytes));
  }

  std::unique_ptr<Loader> Make(CacheKind kind, int64_t bytes,
                               DctScaling scaling = DctScaling::kAuto, int threads = 2) const {
    LoaderOptions options;
    auto program = std::make_shared<PipelineProgram>(*test_program::SmallTrainProgram());
    program->dct_scaling = scaling;
    options.program = program;
    for (size_t i = 0; i < files.size(); ++i) {
      options.samples.push_back({files[i], 0, static_cast<int32_t>(i)});
    }
    options.batch_size = 5;
    options.seed = 9;
    options.shuffle = true;
    options.convert = true;
    options.threads = threads;
    options.cache = kind;
    options.cache_bytes = bytes;
    auto loader = Loader::Create(std::move(options));
    EXPECT_TRUE(loader.ok()) << loader.status().detail();
    return std::move(*loader);
  }

  TempFolder folder;
  std::vector<std::string> files;
  const std::vector<uint8_t> converted = test_images::Jpeg(50, 40);
};

TEST_F(LoaderCacheTest, PixelsAndStatusesAreTheSameWithAndWithoutAtAnySizeAndThreadCount) {
  for (const DctScaling scaling : {DctScaling::kOff, DctScaling::kAuto}) {
    const auto plain = Make(CacheKind::kNone, 0, scaling);
    std::vector<Epoch> want;
    for (uint32_t e = 0; e < 4; ++e) want.push_back(ReadEpoch(plain.get(), e, converted));
    for (const CacheKind kind : {CacheKind::kEncoded, CacheKind::kDecoded}) {
      for (const int64_t bytes : {int64_t{1}, int64_t{20000}, int64_t{300000}, kPlenty}) {
        for (const int threads : {1, 4}) {
          const auto loader = Make(kind, bytes, scaling, threads);
          for (uint32_t e = 0; e < want.size(); ++e) {
            const Epoch got = ReadEpoch(loader.get(), e, converted);
            EXPECT_EQ(got.ids, want[e].ids);
            EXPECT_EQ(got.codes, want[e].codes);
            EXPECT_TRUE(got.pixels == want[e].pixels) << bytes << " bytes, epoch " << e;
            EXPECT_LE(loader->stats().cache_bytes, bytes);
          }
        }
      }
    }
  }
}

TEST_F(LoaderCacheTest, ASecondEpochReadsNoFileThatIsKept) {
  for (const CacheKind kind : {CacheKind::kEncoded, CacheKind::kDecoded}) {
    const auto plain = Make(CacheKind::kNone, 0, DctScaling::kOff);
    const Epoch want = ReadEpoch(plain.get(), 1, converted);
    const auto loader = Make(kind, kPlenty, DctScaling::kOff);
    EXPECT_EQ(ReadEpoch(loader.get(), 0, converted).conversions, 2);
    const LoaderStats first = loader->stats();
    EXPECT_EQ(first.cache_hits, 0);
    // All but the missing file; the text is converted like the GIF. Decoded: not the damaged one.
    const int64_t kept = static_cast<int64_t>(files.size()) - (kind == CacheKind::kDecoded ? 2 : 1);
    EXPECT_GE(first.cache_pictures, kept - 1) << "one more fails in epochs that read its damage";
    EXPECT_LE(first.cache_pictures, kept);
    const Epoch again = ReadEpoch(loader.get(), 1, converted);
    EXPECT_EQ(again.conversions, 0) << "what was converted once is kept";
    EXPECT_TRUE(again.pixels == want.pixels);
    EXPECT_EQ(loader->stats().cache_hits, first.cache_pictures);
  }
}

TEST_F(LoaderCacheTest, KeptPicturesNeedNoFileAnyMore) {
  files.resize(16);
  const auto loader = Make(CacheKind::kDecoded, kPlenty, DctScaling::kOff);
  const auto plain = Make(CacheKind::kNone, 0, DctScaling::kOff);
  const Epoch want = ReadEpoch(plain.get(), 1);
  ReadEpoch(loader.get(), 0);
  for (const std::string& file : files) std::filesystem::remove(file);
  EXPECT_TRUE(ReadEpoch(loader.get(), 1).pixels == want.pixels);
}

TEST_F(LoaderCacheTest, APictureLargerThanTheCacheIsNotKeptAndSmallerOnesAre) {
  files.resize(2);
  Add("huge", test_images::Jpeg(400, 400));
  for (const CacheKind kind : {CacheKind::kEncoded, CacheKind::kDecoded}) {
    const auto loader = Make(kind, 24000, DctScaling::kOff);
    for (uint32_t e = 0; e < 3; ++e) ReadEpoch(loader.get(), e);
    EXPECT_EQ(loader->stats().cache_pictures, 2);
    EXPECT_EQ(loader->stats().cache_hits, 4);
    EXPECT_LE(loader->stats().cache_bytes, 24000);
  }
}

TEST_F(LoaderCacheTest, ACacheOfMoreThanThereIsIsATypedError) {
  LoaderOptions options;
  options.program = test_program::SmallTrainProgram();
  options.cache = CacheKind::kEncoded;
  options.cache_bytes = int64_t{1} << 53;
  EXPECT_EQ(Loader::Create(std::move(options)).status().code(), ErrorCode::kMemory);
}

}  // namespace
}  // namespace saker
