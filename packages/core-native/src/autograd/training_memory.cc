#include "autograd/training_memory.h"

#include <c10/core/CPUAllocator.h>
#include <sys/mman.h>
#include <torch/version.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <list>
#include <map>
#include <mutex>
#include <new>
#include <vector>

namespace saker::autograd {
namespace {

constexpr size_t kSmallest = size_t{64} << 10, kHugePage = size_t{2} << 20;
// What tensors leave to the libraries beside them: twice what OpenBLAS maps with a process's first matrix product.
constexpr size_t kLeftToLibraries = size_t{256} << 20;

// Stands before every block; 64 bytes, so that the block is aligned as ATen's vector code likes it.
struct alignas(64) Header {
  size_t size;  // with the header; 0 = goes straight back to the system
};

// The least size class that holds `n`: 8 steps between powers of two, so that at most an eighth is lost.
size_t ClassOf(size_t n) {
  size_t power = kSmallest;
  while (power * 2 <= n) power *= 2;
  const size_t step = power / 8;
  return (n + step - 1) / step * step;
}

// Whether the libraries' part could be had now. It is not taken.
bool LibrariesHaveMemory() {
  void* part = mmap(nullptr, kLeftToLibraries, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return part != MAP_FAILED && munmap(part, kLeftToLibraries) == 0;
}

// `size` bytes from the system, or null.
Header* Reserve(size_t size) {
  void* memory = nullptr;
  const bool huge = size >= kHugePage;
  if (posix_memalign(&memory, huge ? kHugePage : alignof(Header), size) != 0) return nullptr;
  if (size >= kSmallest && !LibrariesHaveMemory()) {
    std::free(memory);
    return nullptr;
  }
#ifdef MADV_HUGEPAGE
  if (huge) madvise(memory, size, MADV_HUGEPAGE);  // advice: where it is refused, pages are small
#endif
  return new (memory) Header{0};
}

class Pool {
 public:
  // A block of at least `size` bytes, kept when it is given back; null when no model trains or there is no memory.
  Header* Take(size_t least) {
    const size_t size = ClassOf(least);
    const std::lock_guard<std::mutex> lock(mutex_);
    if (models_ == 0) return nullptr;
    Header* block = nullptr;
    const auto list = unused_.find(size);
    if (list != unused_.end() && !list->second.empty()) {
      const auto place = list->second.back();
      block = place->block;
      list->second.pop_back();
      order_.erase(place);
      counts_.unused -= size;
    } else {
      block = Reserve(size);
      if (block == nullptr && !order_.empty()) {
        Shrink(0);
        block = Reserve(size);
      }
      if (block == nullptr) return nullptr;
    }
    block->size = size;
    counts_.used += size;
    counts_.most_used = std::max(counts_.most_used, counts_.used);
    return block;
  }

  void Give(Header* block) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const size_t size = block->size;
    counts_.used -= size;
    counts_.unused += size;
    order_.push_back({block, size});
    unused_[size].push_back(std::prev(order_.end()));
    const size_t most = counts_.most_used + counts_.most_used / 8;
    Shrink(models_ == 0 ? 0 : most - std::min(most, counts_.used));
  }

  void Enter() {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++models_;
  }
  void Leave() {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (--models_ > 0) return;
    Shrink(0);
    counts_.most_used = counts_.used;
  }
  TrainingMemory::Counts counts() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return counts_;
  }

 private:
  struct Unused {
    Header* block;
    size_t size;
  };

  // Frees the longest unused blocks until `limit` bytes are left.
  void Shrink(size_t limit) {
    while (counts_.unused > limit) {
      const auto oldest = order_.begin();
      auto& list = unused_[oldest->size];
      list.erase(std::find(list.begin(), list.end(), oldest));
      counts_.unused -= oldest->size;
      std::free(oldest->block);
      order_.erase(oldest);
    }
  }

  std::mutex mutex_;
  std::list<Unused> order_;  // by when they were freed
  std::map<size_t, std::vector<std::list<Unused>::iterator>> unused_;
  TrainingMemory::Counts counts_;
  int models_ = 0;
};

Pool& ThePool() {
  static Pool* pool = new Pool;  // never destroyed: tensors of static storage may be freed after it
  return *pool;
}

void Give(void* data) {
  if (data == nullptr) return;
  Header* block = static_cast<Header*>(data) - 1;
  if (block->size == 0) return std::free(block);
  ThePool().Give(block);
}

class PoolAllocator final : public c10::Allocator {
 public:
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 3)
  c10::DataPtr allocate(size_t n) override { return Allocate(n); }
  void copy_data(void* to, const void* from, std::size_t n) const override { std::memcpy(to, from, n); }
#else
  c10::DataPtr allocate(size_t n) const override { return Allocate(n); }
#endif
  // oneDNN's scratch memory comes through raw_allocate, which needs it.
  c10::DeleterFnPtr raw_deleter() const override { return &Give; }

 private:
  static c10::DataPtr Allocate(size_t n) {
    void* data = nullptr;
    if (n > 0) {
      if (n > std::numeric_limits<size_t>::max() / 2) throw OutOfMemory(n);
      const size_t size = n + sizeof(Header);
      Header* block = n < kSmallest ? nullptr : ThePool().Take(size);
      if (block == nullptr) block = Reserve(size);
      if (block == nullptr) throw OutOfMemory(n);
      data = block + 1;
    }
    return {data, data, &Give, c10::Device(c10::DeviceType::CPU)};
  }
};

}  // namespace

OutOfMemory::OutOfMemory(size_t bytes) {
  char text[64];
  std::snprintf(text, sizeof(text), "%.2f GB more could not be had", static_cast<double>(bytes) / 1e9);
  what_ = text;
}

TrainingMemory::TrainingMemory() {
  ThePool().Enter();
  // Blocks of the allocator before this one know how to free themselves.
  static const bool set = [] {
    c10::SetCPUAllocator(new PoolAllocator, /*priority=*/1);  // as long as the process
    return true;
  }();
  static_cast<void>(set);
}

TrainingMemory::~TrainingMemory() { ThePool().Leave(); }

TrainingMemory::Counts TrainingMemory::Now() { return ThePool().counts(); }

}  // namespace saker::autograd
