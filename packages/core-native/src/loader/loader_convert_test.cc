// Pictures that no native decoder knows: the reader converts them.
#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <string>
#include <vector>

#include "codec/test_images.h"
#include "loader/loader.h"
#include "loader/test_program.h"

namespace saker {
namespace {

using test_program::SmallTrainProgram;
using test_program::TempFolder;
using test_program::WriteJpegs;

constexpr size_t kItemBytes = 16 * 16 * 3;

NextBatch Wait(Loader* loader, uint64_t run) {
  std::promise<NextBatch> promise;
  loader->Next(run, [&promise](NextBatch batch) { promise.set_value(std::move(batch)); });
  return promise.get_future().get();
}

std::unique_ptr<Loader> LoaderOf(const std::vector<std::string>& files, bool convert, int threads) {
  LoaderOptions options;
  options.program = SmallTrainProgram();
  for (size_t i = 0; i < files.size(); ++i) {
    options.samples.push_back({files[i], static_cast<int32_t>(i), static_cast<int32_t>(i)});
  }
  options.batch_size = 4;
  options.seed = 42;
  options.shuffle = true;
  options.convert = convert;
  options.threads = threads;
  auto loader = Loader::Create(std::move(options));
  EXPECT_TRUE(loader.ok());
  return std::move(*loader);
}

struct Epoch {
  std::vector<uint8_t> pixels;
  std::vector<ErrorCode> failures;
  int conversions = 0;
};

// Answers every conversion with `answer` (or fails it when empty), in reverse order of asking.
Epoch ReadEpoch(Loader* loader, const std::vector<uint8_t>& answer, const Status& status) {
  Epoch epoch;
  const uint64_t run = loader->StartEpoch(3);
  for (;;) {
    NextBatch next = Wait(loader, run);
    EXPECT_TRUE(next.status.ok()) << next.status.detail();
    std::reverse(next.conversions.begin(), next.conversions.end());
    for (const Conversion& c : next.conversions) {
      ++epoch.conversions;
      loader->Convert(c.ticket, answer, status);
      loader->Convert(c.ticket, answer, status);  // a second answer does no harm
    }
    if (next.lease == nullptr && next.conversions.empty()) return epoch;
    if (next.lease == nullptr) continue;
    const BatchSlot& slot = next.lease->slot();
    for (int i = 0; i < slot.count; ++i) {
      if (!slot.statuses[i].ok()) epoch.failures.push_back(slot.statuses[i].code());
    }
    epoch.pixels.insert(epoch.pixels.end(), next.lease->data(),
                        next.lease->data() + slot.count * kItemBytes);
  }
}

class LoaderConvertTest : public ::testing::Test {
 protected:
  LoaderConvertTest() : files(WriteJpegs(folder, 19)), known(files) {
    picture = test_images::Jpeg(50, 40);
    const std::string same = folder.Write("same.jpg", picture);
    const std::string foreign = folder.Write("foreign", {'G', 'I', 'F', '8', '9', 'a'});
    for (size_t i = 1; i < files.size(); i += 3) {
      files[i] = foreign;
      known[i] = same;
      ++count;
    }
  }

  TempFolder folder;
  std::vector<std::string> files;  // with foreign ones among them
  std::vector<std::string> known;  // with the pictures that they are converted to
  std::vector<uint8_t> picture;
  int count = 0;
};

TEST_F(LoaderConvertTest, ConvertedPicturesTakeTheirPlaceForAnyThreadCount) {
  const Epoch want = ReadEpoch(LoaderOf(known, false, 2).get(), {}, OkStatus());
  for (const int threads : {1, 2, 5}) {
    const auto loader = LoaderOf(files, true, threads);
    for (int again = 0; again < 2; ++again) {
      const Epoch got = ReadEpoch(loader.get(), picture, OkStatus());
      EXPECT_EQ(got.conversions, count);
      EXPECT_TRUE(got.failures.empty());
      EXPECT_EQ(got.pixels, want.pixels);
    }
    EXPECT_EQ(loader->stats().images, 2 * 19);
  }
}

TEST_F(LoaderConvertTest, AnAnswerWithoutBytesFailsThePictureAlone) {
  const auto loader = LoaderOf(files, true, 2);
  const auto all = [&](ErrorCode code) { return std::vector<ErrorCode>(count, code); };
  EXPECT_EQ(ReadEpoch(loader.get(), {}, OkStatus()).failures, all(ErrorCode::kImageFormat));
  EXPECT_EQ(ReadEpoch(loader.get(), {}, Status(ErrorCode::kImageCorrupt, "bad")).failures,
            all(ErrorCode::kImageCorrupt));
  // A conversion that no native decoder knows either is not asked for twice.
  const Epoch useless = ReadEpoch(loader.get(), {'G', 'I', 'F', '8', '9', 'a'}, OkStatus());
  EXPECT_EQ(useless.failures, all(ErrorCode::kImageFormat));
  EXPECT_EQ(useless.conversions, count);
}

TEST_F(LoaderConvertTest, WithoutAReaderThatConvertsTheyFail) {
  const Epoch got = ReadEpoch(LoaderOf(files, false, 2).get(), {}, OkStatus());
  EXPECT_EQ(got.conversions, 0);
  EXPECT_EQ(got.failures.size(), static_cast<size_t>(count));
}

TEST_F(LoaderConvertTest, ACancelledEpochTakesItsUnansweredPicturesWithIt) {
  const Epoch want = ReadEpoch(LoaderOf(known, false, 2).get(), {}, OkStatus());
  const auto loader = LoaderOf(files, true, 2);
  for (int i = 0; i < 20; ++i) {
    const uint64_t run = loader->StartEpoch(3);
    const NextBatch next = Wait(loader.get(), run);
    ASSERT_TRUE(next.lease != nullptr || !next.conversions.empty());
    loader->CancelEpoch(run);
    for (const Conversion& c : next.conversions) loader->Convert(c.ticket, picture, OkStatus());
  }
  EXPECT_EQ(ReadEpoch(loader.get(), picture, OkStatus()).pixels, want.pixels);
  const uint64_t run = loader->StartEpoch(3);
  Wait(loader.get(), run);
  loader->Stop();
}

}  // namespace
}  // namespace saker
