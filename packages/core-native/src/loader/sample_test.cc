// RunSample end to end, and its promise that a warm thread allocates nothing.
#include "loader/sample.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <future>
#include <new>
#include <vector>

#include "loader/loader.h"
#include "loader/test_program.h"

namespace {
std::atomic<int64_t> allocations{0};

void* CountedAllocate(size_t size, size_t alignment) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  const size_t rounded = (size + alignment - 1) / alignment * alignment;
  return std::aligned_alloc(alignment, rounded == 0 ? alignment : rounded);
}

void* OrThrow(void* p) {
  if (p == nullptr) throw std::bad_alloc();
  return p;
}
}  // namespace

// The whole set is replaced, so that every delete meets its own new.
void* operator new(size_t size) { return OrThrow(CountedAllocate(size, alignof(max_align_t))); }
void* operator new[](size_t size) { return OrThrow(CountedAllocate(size, alignof(max_align_t))); }
void* operator new(size_t size, std::align_val_t a) {
  return OrThrow(CountedAllocate(size, static_cast<size_t>(a)));
}
void* operator new(size_t size, const std::nothrow_t&) noexcept {
  return CountedAllocate(size, alignof(max_align_t));
}
void* operator new(size_t size, std::align_val_t a, const std::nothrow_t&) noexcept {
  return CountedAllocate(size, static_cast<size_t>(a));
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete[](void* p) noexcept { std::free(p); }
void operator delete(void* p, size_t) noexcept { std::free(p); }
void operator delete[](void* p, size_t) noexcept { std::free(p); }
void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete(void* p, size_t, std::align_val_t) noexcept { std::free(p); }
void operator delete(void* p, const std::nothrow_t&) noexcept { std::free(p); }
void operator delete(void* p, std::align_val_t, const std::nothrow_t&) noexcept { std::free(p); }

namespace saker {
namespace {

using test_program::TempFolder;

TEST(RunSampleTest, AWarmThreadAllocatesNothingPerPicture) {
  const TempFolder folder;
  std::vector<std::string> files = test_program::WriteJpegs(folder, 12);
  test_images::JpegOptions turned;
  turned.app1 = test_images::ExifApp1(6);
  files.push_back(folder.Write("turned.jpg", test_images::Jpeg(90, 60, turned)));
  files.push_back(folder.Write("p.png", test_images::Png(70, 50, SPNG_COLOR_TYPE_TRUECOLOR, 8,
                                                         test_images::Pixels(70, 50, 3))));
  const auto program = test_program::SmallTrainProgram();
  const SampleJob job{program.get(), CodecLimits(), ExecutorKind::kFused};
  std::vector<uint8_t> out(16 * 16 * 3);
  SampleScratch scratch;
  StageTimes times;
  for (int pass = 0; pass < 3; ++pass) {
    const int64_t before = allocations.load();
    for (uint32_t epoch = 0; epoch < 4; ++epoch) {
      for (uint32_t i = 0; i < files.size(); ++i) {
        ASSERT_TRUE(RunSample(job, {&files[i], {}}, {1, epoch, i}, {out.data(), out.size()},
                              &scratch, &times)
                        .ok());
      }
    }
    // The first pass grows the scratch, which shows that the counter counts.
    if (pass == 0) {
      EXPECT_GT(allocations.load() - before, 0);
    } else {
      EXPECT_EQ(allocations.load() - before, 0);
    }
  }
}

TEST(LoaderAllocationTest, AWarmLoaderAllocatesForBatchesNotForPictures) {
  const TempFolder folder;
  const std::vector<std::string> files = test_program::WriteJpegs(folder, 120);
  for (const CacheKind kind : {CacheKind::kNone, CacheKind::kEncoded, CacheKind::kDecoded}) {
    LoaderOptions options;
    options.program = test_program::SmallTrainProgram();
    for (size_t i = 0; i < files.size(); ++i) {
      options.samples.push_back({files[i], 0, static_cast<int32_t>(i)});
    }
    options.batch_size = 30;
    options.shuffle = true;
    options.threads = 2;
    options.cache = kind;
    options.cache_bytes = 1 << 20;
    auto loader = Loader::Create(std::move(options));
    ASSERT_TRUE(loader.ok());
    int64_t counted = 0;
    for (uint32_t epoch = 0; epoch < 8; ++epoch) {
      const int64_t before = allocations.load();
      const uint64_t run = (*loader)->StartEpoch(epoch % 4);
      for (bool more = true; more;) {
        std::promise<bool> promise;
        (*loader)->Next(run, [&](NextBatch batch) { promise.set_value(batch.lease != nullptr); });
        more = promise.get_future().get();
      }
      counted = allocations.load() - before;
    }
    // The epoch's order; per batch the lease, the callback and this test's promise. 4 batches.
    EXPECT_LT(counted, 40);
  }
}

TEST(RunSampleTest, AFailureZeroFillsTheOutput) {
  const auto program = test_program::SmallTrainProgram();
  const SampleJob job{program.get(), CodecLimits(), ExecutorKind::kFused};
  const std::vector<uint8_t> whole = test_images::Jpeg(40, 40);
  std::vector<uint8_t> out(16 * 16 * 3, 7);
  SampleScratch scratch;
  StageTimes times;
  const Bytes cut(whole.data(), whole.size() - 20);
  const Status status =
      RunSample(job, {nullptr, cut}, SampleKey(), {out.data(), out.size()}, &scratch, &times);
  EXPECT_EQ(status.code(), ErrorCode::kImageTruncated);
  EXPECT_EQ(out, std::vector<uint8_t>(out.size(), 0));
}

}  // namespace
}  // namespace saker
