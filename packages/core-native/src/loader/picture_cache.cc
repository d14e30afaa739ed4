#include "loader/picture_cache.h"

#include <cstring>
#include <new>
#include <string>

#include "base/memory.h"

namespace saker {
namespace {

size_t RoundedUp(size_t size) {
  return (size + kBufferAlignment - 1) / kBufferAlignment * kBufferAlignment;
}

constexpr size_t kHeaderBytes =
    (sizeof(CachedPicture) + kBufferAlignment - 1) / kBufferAlignment * kBufferAlignment;

size_t BytesFor(size_t size) { return kHeaderBytes + RoundedUp(size); }

// Stands for "keep nothing of this sample".
constexpr CachedPicture kRefused;

}  // namespace

const uint8_t* CachedPicture::data() const {
  return reinterpret_cast<const uint8_t*>(this) + kHeaderBytes;
}

PictureCache::PictureCache(CacheKind kind, size_t capacity, size_t samples)
    : kind_(kind), capacity_(capacity), first_(samples) {
  for (auto& first : first_) first.store(nullptr, std::memory_order_relaxed);
}

StatusOr<std::unique_ptr<PictureCache>> PictureCache::Create(CacheKind kind, int64_t bytes,
                                                             size_t samples) {
  const size_t capacity = static_cast<size_t>(bytes);
  std::unique_ptr<PictureCache> cache(new PictureCache(kind, capacity, samples));
  // Systems that overcommit hand out any address space and end the process when it is used.
  if (bytes > PhysicalMemoryBytes() || !cache->memory_.Reserve(capacity)) {
    return Status(ErrorCode::kMemory,
                  "a picture cache of " + std::to_string(bytes) + " bytes is more than there is");
  }
  return cache;
}

const CachedPicture* PictureCache::Find(uint32_t sample) const {
  const CachedPicture* first = first_[sample].load(std::memory_order_acquire);
  return first == &kRefused ? nullptr : first;
}

const CachedPicture* PictureCache::Find(uint32_t sample, int scale_denom, int channels) const {
  for (const CachedPicture* p = Find(sample); p != nullptr; p = p->next) {
    if (p->scale_denom == scale_denom && p->channels == channels) return p;
  }
  return nullptr;
}

bool PictureCache::WouldKeep(uint32_t sample, size_t size) const {
  if (first_[sample].load(std::memory_order_acquire) == &kRefused) return false;
  const size_t left = capacity_ - used_.load(std::memory_order_relaxed);
  return size < left && BytesFor(size) <= left;
}

uint8_t* PictureCache::Take(size_t bytes) {
  size_t used = used_.load(std::memory_order_relaxed);
  do {
    if (bytes > capacity_ - used) return nullptr;
  } while (!used_.compare_exchange_weak(used, used + bytes, std::memory_order_relaxed));
  return memory_.data() + used;
}

void PictureCache::Keep(uint32_t sample, CachedPicture picture, const uint8_t* data, size_t rows,
                        size_t row_bytes, size_t stride) {
  picture.size = rows * row_bytes;
  if (!WouldKeep(sample, picture.size)) return;
  if (Find(sample, picture.scale_denom, picture.channels) != nullptr) return;
  uint8_t* at = Take(BytesFor(picture.size));
  if (at == nullptr) return;
  uint8_t* to = at + kHeaderBytes;
  for (size_t row = 0; row < rows; ++row) {
    std::memcpy(to + row * row_bytes, data + row * stride, row_bytes);
  }
  // Two epoch runs that overlap may both come here for one sample: both are kept, either is right.
  auto* kept = new (at) CachedPicture(picture);
  kept->next = first_[sample].load(std::memory_order_acquire);
  while (!first_[sample].compare_exchange_weak(kept->next, kept, std::memory_order_acq_rel)) {
  }
  pictures_.fetch_add(1, std::memory_order_relaxed);
}

void PictureCache::Refuse(uint32_t sample) {
  const CachedPicture* none = nullptr;
  first_[sample].compare_exchange_strong(none, &kRefused, std::memory_order_acq_rel);
}

}  // namespace saker
