#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <vector>

#include "loader/loader.h"
#include "loader/test_program.h"

namespace saker {
namespace {

std::shared_ptr<const PipelineProgram> Program(bool mixes) {
  auto program = std::make_shared<PipelineProgram>(*test_program::SmallTrainProgram());
  program->dtype = OutputDtype::kF32;
  if (mixes) {
    MixUpParams mix_up;
    mix_up.alpha = 1;
    mix_up.p = 1;
    mix_up.mode = MixMode::kPair;
    program->batch.push_back({{mix_up}, {1}});
  }
  EXPECT_TRUE(CompileProgram(program.get()).ok());
  return program;
}

struct Seen {
  std::vector<float> pixels, targets;
};

LoaderOptions Options(std::shared_ptr<const PipelineProgram> program,
                      const std::vector<std::string>& files) {
  LoaderOptions options;
  options.program = std::move(program);
  for (size_t i = 0; i < files.size(); ++i) {
    options.samples.push_back({files[i], static_cast<int32_t>(i % 3), static_cast<int32_t>(i)});
  }
  options.batch_size = 4;
  options.seed = 9;
  options.classes = 3;
  return options;
}

NextBatch Next(Loader* loader, uint64_t run) {
  std::promise<NextBatch> promise;
  std::future<NextBatch> future = promise.get_future();
  loader->Next(run, [&promise](NextBatch batch) { promise.set_value(std::move(batch)); });
  return future.get();
}

Seen ReadEpoch(const LoaderOptions& options, uint32_t epoch) {
  StatusOr<std::unique_ptr<Loader>> loader = Loader::Create(options);
  EXPECT_TRUE(loader.ok());
  const uint64_t run = (*loader)->StartEpoch(epoch);
  Seen seen;
  for (;;) {
    const NextBatch batch = Next(loader->get(), run);
    if (batch.lease == nullptr) break;
    const BatchSlot& slot = batch.lease->slot();
    const size_t count = static_cast<size_t>(slot.count);
    const float* pixels = slot.data.as<float>();
    const float* targets = slot.targets.as<float>();
    seen.pixels.insert(seen.pixels.end(), pixels, pixels + count * 768);
    if (targets != nullptr)
      seen.targets.insert(seen.targets.end(), targets, targets + count * 3);
  }
  return seen;
}

TEST(LoaderMix, GivesTheSameForAnyNumberOfThreadsAndBatchesAhead) {
  const test_program::TempFolder folder;
  LoaderOptions options = Options(Program(true), test_program::WriteJpegs(folder, 14));
  const Seen first = ReadEpoch(options, 1);
  EXPECT_EQ(first.targets.size(), 14u * 3);
  for (const int threads : {2, 5}) {
    options.threads = threads;
    options.prefetch = threads;
    const Seen again = ReadEpoch(options, 1);
    EXPECT_EQ(again.pixels, first.pixels);
    EXPECT_EQ(again.targets, first.targets);
  }
  EXPECT_NE(ReadEpoch(options, 2).targets, first.targets);
}

TEST(LoaderMix, BlendsPixelsByTheTargetsOwnShares) {
  const test_program::TempFolder folder;
  const auto files = test_program::WriteJpegs(folder, 4);
  const Seen plain = ReadEpoch(Options(Program(false), files), 0);
  const Seen mixed = ReadEpoch(Options(Program(true), files), 0);
  EXPECT_TRUE(plain.targets.empty());
  // Items 1 and 2 are partners of classes 1 and 2.
  const float keep = mixed.targets[1 * 3 + 1];
  EXPECT_FLOAT_EQ(mixed.targets[1 * 3 + 2], 1 - keep);
  for (size_t k = 0; k < 768; ++k) {
    EXPECT_NEAR(mixed.pixels[768 + k],
                keep * plain.pixels[768 + k] + (1 - keep) * plain.pixels[2 * 768 + k], 1e-6);
  }
}

TEST(LoaderMix, LeavesAPictureAloneWhosePartnerFailed) {
  const test_program::TempFolder folder;
  auto files = test_program::WriteJpegs(folder, 4);
  const Seen plain = ReadEpoch(Options(Program(false), files), 0);
  files[2] = folder.Write("broken.jpg", {0xff, 0xd8, 0xff, 0x00});
  const Seen mixed = ReadEpoch(Options(Program(true), files), 0);
  for (size_t k = 0; k < 768; ++k) {
    EXPECT_EQ(mixed.pixels[768 + k], plain.pixels[768 + k]);
    EXPECT_EQ(mixed.pixels[2 * 768 + k], 0);
  }
  const std::vector<float> own(mixed.targets.begin() + 3, mixed.targets.begin() + 9);
  EXPECT_EQ(own, (std::vector<float>{0, 1, 0, 0, 0, 0}));
}

TEST(LoaderMix, SurvivesCancellationAtAnyMoment) {
  const test_program::TempFolder folder;
  LoaderOptions options = Options(Program(true), test_program::WriteJpegs(folder, 40));
  options.threads = 3;
  StatusOr<std::unique_ptr<Loader>> loader = Loader::Create(options);
  ASSERT_TRUE(loader.ok());
  for (uint32_t round = 0; round < 30; ++round) {
    const uint64_t run = (*loader)->StartEpoch(round);
    for (uint32_t i = 0; i < round % 7; ++i) Next(loader->get(), run);
    (*loader)->CancelEpoch(run);
  }
  const uint64_t run = (*loader)->StartEpoch(0);
  int batches = 0;
  while (Next(loader->get(), run).lease != nullptr) ++batches;
  EXPECT_EQ(batches, 10);
}

}  // namespace
}  // namespace saker
