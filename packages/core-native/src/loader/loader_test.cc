#include "loader/loader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <set>
#include <string>
#include <vector>

#include "loader/test_program.h"

namespace saker {
namespace {

using test_program::SmallTrainProgram;
using test_program::TempFolder;
using test_program::WriteJpegs;

LoaderOptions OptionsFor(const std::vector<std::string>& files) {
  LoaderOptions options;
  options.program = SmallTrainProgram();
  for (size_t i = 0; i < files.size(); ++i) {
    options.samples.push_back({files[i], static_cast<int32_t>(i * 10), static_cast<int32_t>(i)});
  }
  options.batch_size = 4;
  options.seed = 42;
  options.shuffle = true;
  return options;
}

NextBatch Wait(Loader* loader, uint64_t run) {
  std::promise<NextBatch> promise;
  loader->Next(run, [&promise](NextBatch batch) { promise.set_value(std::move(batch)); });
  return promise.get_future().get();
}

struct Epoch {
  std::vector<int32_t> ids;
  std::vector<int32_t> labels;
  std::vector<uint8_t> pixels;
  int failed = 0;
  int batches = 0;
};

Epoch ReadEpoch(Loader* loader, uint32_t number) {
  Epoch epoch;
  const uint64_t run = loader->StartEpoch(number);
  for (;;) {
    const NextBatch next = Wait(loader, run);
    EXPECT_TRUE(next.status.ok()) << next.status.detail();
    if (next.lease == nullptr) return epoch;
    const BatchSlot& slot = next.lease->slot();
    ++epoch.batches;
    for (int i = 0; i < slot.count; ++i) {
      epoch.ids.push_back(slot.sample_ids[i]);
      epoch.labels.push_back(slot.labels[i]);
      epoch.failed += !slot.statuses[i].ok();
    }
    const size_t bytes = slot.count * 16 * 16 * 3;
    epoch.pixels.insert(epoch.pixels.end(), next.lease->data(), next.lease->data() + bytes);
  }
}

std::unique_ptr<Loader> MustCreate(LoaderOptions options) {
  auto loader = Loader::Create(std::move(options));
  EXPECT_TRUE(loader.ok()) << loader.status().detail();
  return std::move(*loader);
}

TEST(LoaderTest, DecodeOnlyReadsEveryPictureAndWritesNoPixels) {
  const TempFolder folder;
  std::vector<std::string> files = WriteJpegs(folder, 9);
  files.push_back(folder.path() + "/missing.jpg");
  LoaderOptions options = OptionsFor(files);
  options.decode_only = true;
  const auto loader = MustCreate(std::move(options));
  const Epoch epoch = ReadEpoch(loader.get(), 1);
  EXPECT_EQ(epoch.ids.size(), files.size());
  EXPECT_EQ(epoch.failed, 1);
  EXPECT_EQ(std::count(epoch.pixels.begin(), epoch.pixels.end(), 0),
            static_cast<std::ptrdiff_t>(epoch.pixels.size()));
  EXPECT_GT(loader->stats().stages.decode_ns, 0);
  EXPECT_EQ(loader->stats().stages.pixel_ns, 0);
}

TEST(LoaderTest, EpochsAreTheSameForAnyThreadAndPrefetchCount) {
  const TempFolder folder;
  const std::vector<std::string> files = WriteJpegs(folder, 26);
  Epoch first;
  for (const int threads : {1, 2, 7}) {
    for (const int prefetch : {1, 4}) {
      LoaderOptions options = OptionsFor(files);
      options.threads = threads;
      options.prefetch = prefetch;
      const auto loader = MustCreate(std::move(options));
      const Epoch epoch = ReadEpoch(loader.get(), 3);
      if (first.pixels.empty()) first = epoch;
      EXPECT_EQ(epoch.ids, first.ids);
      EXPECT_EQ(epoch.pixels, first.pixels);
      EXPECT_EQ(epoch.batches, 7);
      EXPECT_EQ(epoch.failed, 0);
    }
  }
  for (size_t i = 0; i < first.ids.size(); ++i) EXPECT_EQ(first.labels[i], first.ids[i] * 10);
}

TEST(LoaderTest, ShuffledEpochsDifferAndEachVisitsEverySampleOnce) {
  const TempFolder folder;
  const auto loader = MustCreate(OptionsFor(WriteJpegs(folder, 13)));
  const Epoch a = ReadEpoch(loader.get(), 0), b = ReadEpoch(loader.get(), 1),
              again = ReadEpoch(loader.get(), 0);
  EXPECT_NE(a.ids, b.ids);
  EXPECT_EQ(a.ids, again.ids);
  EXPECT_EQ(a.pixels, again.pixels);
  EXPECT_EQ(std::set<int32_t>(a.ids.begin(), a.ids.end()).size(), 13u);
}

TEST(LoaderTest, DropLastLeavesOutTheShortBatch) {
  const TempFolder folder;
  LoaderOptions options = OptionsFor(WriteJpegs(folder, 10));
  options.drop_last = true;
  options.shuffle = false;
  const auto loader = MustCreate(std::move(options));
  const Epoch epoch = ReadEpoch(loader.get(), 0);
  EXPECT_EQ(epoch.ids, (std::vector<int32_t>{0, 1, 2, 3, 4, 5, 6, 7}));
}

TEST(LoaderTest, OneBadFileFailsOneItemAndItsPixelsAreZero) {
  const TempFolder folder;
  std::vector<std::string> files = WriteJpegs(folder, 6);
  files[2] = folder.path() + "/missing.jpg";
  files[4] = folder.Write("text.jpg", {'h', 'i'});
  LoaderOptions options = OptionsFor(files);
  options.shuffle = false;
  options.batch_size = 6;
  const auto loader = MustCreate(std::move(options));
  const NextBatch next = Wait(loader.get(), loader->StartEpoch(0));
  const BatchSlot& slot = next.lease->slot();
  EXPECT_EQ(slot.statuses[2].code(), ErrorCode::kFileNotFound);
  EXPECT_EQ(slot.statuses[4].code(), ErrorCode::kImageFormat);
  for (const int i : {0, 1, 3, 5}) EXPECT_TRUE(slot.statuses[i].ok());
  const uint8_t* bad = next.lease->data() + 2 * 768;
  EXPECT_TRUE(std::all_of(bad, bad + 768, [](uint8_t v) { return v == 0; }));
  EXPECT_EQ(loader->stats().failed, 2);
  EXPECT_EQ(loader->stats().images, 6);
}

TEST(LoaderTest, FillingStopsWhenNoSlotIsFree) {
  const TempFolder folder;
  LoaderOptions options = OptionsFor(WriteJpegs(folder, 40));
  options.batch_size = 2;
  options.prefetch = 1;
  options.threads = 2;
  const auto loader = MustCreate(std::move(options));
  loader->StartEpoch(0);
  for (int i = 0; i < 100 && loader->stats().images < 6; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_EQ(loader->stats().images, 6);
}

TEST(LoaderTest, AskingWhileEverySlotIsHeldIsBusyAndReleasingHelps) {
  const TempFolder folder;
  LoaderOptions options = OptionsFor(WriteJpegs(folder, 12));
  options.batch_size = 1;
  options.prefetch = 1;
  const auto loader = MustCreate(std::move(options));
  const uint64_t run = loader->StartEpoch(0);
  std::vector<NextBatch> held;
  for (int i = 0; i < 3; ++i) held.push_back(Wait(loader.get(), run));
  EXPECT_EQ(Wait(loader.get(), run).status.code(), ErrorCode::kBusy);
  held.clear();
  EXPECT_NE(Wait(loader.get(), run).lease, nullptr);
}

TEST(LoaderTest, CancelEndsWaitersAndTheNextEpochIsWhole) {
  const TempFolder folder;
  LoaderOptions options = OptionsFor(WriteJpegs(folder, 30));
  options.threads = 3;
  const auto loader = MustCreate(std::move(options));
  const Epoch whole = ReadEpoch(loader.get(), 5);
  for (int i = 0; i < 20; ++i) {
    const uint64_t run = loader->StartEpoch(5);
    std::promise<void> ended;
    std::atomic<int> calls{0};
    for (int k = 0; k < 8; ++k) {
      loader->Next(run, [&](NextBatch) {
        if (calls.fetch_add(1) == 7) ended.set_value();
      });
    }
    if (i % 3 == 0) std::this_thread::sleep_for(std::chrono::microseconds(300 * i));
    loader->CancelEpoch(run);
    ended.get_future().get();
    EXPECT_EQ(Wait(loader.get(), run).lease, nullptr);
  }
  const Epoch again = ReadEpoch(loader.get(), 5);
  EXPECT_EQ(again.ids, whole.ids);
  EXPECT_EQ(again.pixels, whole.pixels);
}

TEST(LoaderTest, ABatchOutlivesItsLoader) {
  const TempFolder folder;
  auto loader = MustCreate(OptionsFor(WriteJpegs(folder, 9)));
  const NextBatch next = Wait(loader.get(), loader->StartEpoch(0));
  const std::vector<uint8_t> before(next.lease->data(), next.lease->data() + 4 * 768);
  loader.reset();
  EXPECT_EQ(std::vector<uint8_t>(next.lease->data(), next.lease->data() + 4 * 768), before);
}

TEST(LoaderTest, OneLargePictureHoldsBackItsOwnBatchOnly) {
  const TempFolder folder;
  std::vector<std::string> files = WriteJpegs(folder, 40);
  files[1] = folder.Write("large.jpg", test_images::Jpeg(5000, 4000));
  Epoch one;
  for (const int threads : {1, 2}) {
    LoaderOptions options = OptionsFor(files);
    options.shuffle = false;
    options.threads = threads;
    const auto loader = MustCreate(options);
    const uint64_t run = loader->StartEpoch(0);
    const NextBatch first = Wait(loader.get(), run);
    EXPECT_EQ(first.lease->slot().batch, 0u);
    // While one thread decodes 20 megapixels, the other fills the slots that are left.
    if (threads == 2) {
      EXPECT_GE(loader->stats().ready, 3);
    }
    const Epoch epoch = ReadEpoch(loader.get(), 1);
    if (one.pixels.empty()) one = epoch;
    EXPECT_EQ(epoch.pixels, one.pixels);
  }
}

TEST(LoaderTest, StatsTellHowThingsStandWhileAnEpochRuns) {
  const TempFolder folder;
  LoaderOptions options = OptionsFor(WriteJpegs(folder, 40));
  options.threads = 2;
  const auto loader = MustCreate(std::move(options));
  EXPECT_EQ(loader->stats().active_ns, 0);
  EXPECT_EQ(loader->stats().slots, 5);
  const uint64_t run = loader->StartEpoch(0);
  const NextBatch held = Wait(loader.get(), run);
  for (int i = 0; i < 500 && loader->stats().ready < 4; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  const LoaderStats full = loader->stats();
  EXPECT_EQ(full.ready, 4);
  EXPECT_EQ(full.leased, 1);
  EXPECT_EQ(full.filling, 0);
  EXPECT_EQ(full.images, 20);
  EXPECT_GT(full.recent_per_second, 0);
  EXPECT_GT(full.active_ns, 0);
  EXPECT_LE(full.wait_ns, full.active_ns);
  EXPECT_GT(loader->stats().active_ns, full.active_ns);
  loader->CancelEpoch(run);
  const LoaderStats ended = loader->stats();
  EXPECT_EQ(ended.ready, 0);
  EXPECT_EQ(ended.recent_per_second, 0);
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
  EXPECT_EQ(loader->stats().active_ns, ended.active_ns);
}

TEST(LoaderTest, AReaderThatWaitsNowIsCountedInTheStats) {
  const TempFolder folder;
  std::vector<std::string> files = WriteJpegs(folder, 3);
  LoaderOptions options = OptionsFor(files);
  options.samples.push_back({folder.Write("foreign", {'G', 'I', 'F', '8', '9', 'a'}), 0, 3});
  options.convert = true;
  const auto loader = MustCreate(std::move(options));
  const uint64_t run = loader->StartEpoch(0);
  const NextBatch asked = Wait(loader.get(), run);
  ASSERT_EQ(asked.conversions.size(), 1u);
  // The batch lacks the unanswered picture, so this reader waits until it is cancelled.
  loader->Next(run, [](NextBatch) {});
  const int64_t before = loader->stats().wait_ns;
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_GE(loader->stats().wait_ns - before, 4000000);
}

TEST(RateMeterTest, CountsTheLastSecondsOnly) {
  RateMeter meter;
  const int64_t second = 1000000000, start = 100 * second;
  EXPECT_EQ(meter.PerSecond(start), 0);
  meter.Restart(start);
  for (int i = 0; i < 400; ++i) meter.Add(start + i * second / 100);
  EXPECT_NEAR(meter.PerSecond(start + 4 * second), 100, 1);
  for (int i = 0; i < 1000; ++i) meter.Add(start + 4 * second + i * second / 50);
  EXPECT_NEAR(meter.PerSecond(start + 24 * second), 50, 3);
  EXPECT_EQ(meter.PerSecond(start + 40 * second), 0);
}

TEST(LoaderTest, AnEmptyEpochEndsAtOnce) {
  LoaderOptions options = OptionsFor({});
  const auto loader = MustCreate(std::move(options));
  EXPECT_EQ(Wait(loader.get(), loader->StartEpoch(0)).lease, nullptr);
}

}  // namespace
}  // namespace saker
