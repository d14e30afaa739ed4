#include "autograd/training_memory.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <thread>
#include <vector>

namespace saker::autograd {
namespace {

constexpr int64_t kMegabyte = 1 << 18;  // floats
// Of a block of 3 MiB: with its header it is in the class above, an eighth of 2 MiB more.
constexpr size_t kClass = (3u << 20) + (1u << 18);

at::Tensor Floats(int64_t n) { return at::empty({n}, at::kFloat); }

TEST(TrainingMemoryTest, ABlockIsUsedAgainAndGoesBackAtTheEnd) {
  const auto before = TrainingMemory::Now();
  EXPECT_EQ(before.unused, 0u);
  at::Tensor survivor;
  {
    const TrainingMemory memory;
    at::Tensor first = Floats(3 * kMegabyte);
    const void* block = first.data_ptr();
    EXPECT_EQ(reinterpret_cast<uintptr_t>(block) % 64, 0u);
    EXPECT_EQ(TrainingMemory::Now().used, before.used + kClass);
    first.reset();
    EXPECT_EQ(TrainingMemory::Now().unused, kClass);
    EXPECT_EQ(Floats(3 * kMegabyte - 5).data_ptr(), block);
    survivor = Floats(kMegabyte);
    survivor.fill_(7);
  }
  EXPECT_EQ(TrainingMemory::Now().unused, 0u);
  EXPECT_EQ(survivor.sum().item<float>(), 7.f * static_cast<float>(kMegabyte));
  survivor.reset();
  EXPECT_EQ(TrainingMemory::Now().used, before.used);
  EXPECT_EQ(TrainingMemory::Now().unused, 0u);
  const at::Tensor outside = Floats(kMegabyte);
  EXPECT_EQ(TrainingMemory::Now().used, before.used);
}

TEST(TrainingMemoryTest, UnusedBlocksStayWithinWhatWasUsedAtOnce) {
  const TrainingMemory memory;
  for (int64_t n = 1; n < 40; ++n) {
    Floats(n * kMegabyte);  // each of another size
    const auto now = TrainingMemory::Now();
    EXPECT_LE(now.used + now.unused, now.most_used + now.most_used / 8);
  }
}

TEST(TrainingMemoryTest, ThreadsShareIt) {
  const TrainingMemory memory;
  const auto before = TrainingMemory::Now();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([t] {
      for (int64_t k = 0; k < 200; ++k) {
        at::Tensor mine = Floats((1 + (k + t) % 5) * (kMegabyte / 4));
        mine.fill_(t);
        EXPECT_EQ(mine.max().item<float>(), static_cast<float>(t));
        EXPECT_EQ(mine.min().item<float>(), static_cast<float>(t));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(TrainingMemory::Now().used, before.used);
}

TEST(TrainingMemoryTest, MoreThanThereIsIsAnErrorAndLeavesItUsable) {
  const TrainingMemory memory;
  EXPECT_THROW(Floats(int64_t{1} << 50), OutOfMemory);
  EXPECT_EQ(Floats(kMegabyte).fill_(1).sum().item<float>(), static_cast<float>(kMegabyte));
}

// Limits the process to its address space of now and `bytes` more, while it lives.
class AddressLimit {
 public:
  explicit AddressLimit(size_t bytes) {
    getrlimit(RLIMIT_AS, &before_);
    size_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    rlimit limit = before_;
    limit.rlim_cur = pages * static_cast<size_t>(sysconf(_SC_PAGESIZE)) + bytes;
    setrlimit(RLIMIT_AS, &limit);
  }
  ~AddressLimit() { setrlimit(RLIMIT_AS, &before_); }

 private:
  rlimit before_{};
};

TEST(TrainingMemoryTest, LibrariesKeepTheirPart) {
  const TrainingMemory memory;
  const AddressLimit limit(size_t{400} << 20);
  std::vector<at::Tensor> blocks;
  EXPECT_THROW(
      {
        for (int n = 0; n < 100; ++n) blocks.push_back(Floats(16 * kMegabyte));
      },
      OutOfMemory);
  EXPECT_GE(blocks.size(), 4u);
  // OpenBLAS's first product maps so much. malloc may have kept a part of what the refused block gave back.
  constexpr size_t kProduct = size_t{128} << 20;
  void* part = mmap(nullptr, kProduct, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(part, MAP_FAILED);
  munmap(part, kProduct);
}

}  // namespace
}  // namespace saker::autograd
