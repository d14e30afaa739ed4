// PictureCache: pictures of a loader's samples kept in memory, up to a number of bytes.
//
// What is admitted stays: there is no eviction. Every epoch visits every sample once in a new
// order, so a cache that holds a share f of the data set serves f of every epoch if its contents
// stand still, and nothing can do better; an LRU cache drops pictures just before they are asked
// for again (all of them when the order is the same each time). Mohan et al., "Analyzing and
// Mitigating Data Stalls in DNN Training", VLDB 2021 (MinIO). Since nothing is ever freed, the
// memory is one block that is handed out from its start.
//
// Which pictures are admitted depends on the order in which threads get to them; pixels do not.
// docs/design/0009-loader-memory.md
#ifndef SAKER_LOADER_PICTURE_CACHE_H_
#define SAKER_LOADER_PICTURE_CACHE_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/aligned_buffer.h"
#include "base/span.h"
#include "base/status.h"
#include "codec/codec.h"

namespace saker {

enum class CacheKind : uint8_t {
  kNone,
  kEncoded,  // the bytes of the file, or of what it was converted to
  kDecoded,  // whole upright pictures, one for each DCT scale that plans ask for
};

// What is kept of one sample. The bytes follow it in memory.
struct CachedPicture {
  const CachedPicture* next = nullptr;  // of the same sample, at another scale
  size_t size = 0;                      // of the bytes
  ImageInfo info;
  // Decoded: which decode it is, and its upright size; rows are packed.
  int scale_denom = 1;
  int width = 0;
  int height = 0;
  int channels = 0;

  const uint8_t* data() const;
};

// Thread-safe.
class PictureCache {
 public:
  // Reserves `bytes` of address space; the system provides memory as pictures come in. 8 bytes for
  // each sample come on top. Errors: E_MEMORY.
  static StatusOr<std::unique_ptr<PictureCache>> Create(CacheKind kind, int64_t bytes,
                                                        size_t samples);

  CacheKind kind() const { return kind_; }

  // The newest picture kept of `sample`, or nullptr.
  const CachedPicture* Find(uint32_t sample) const;
  // The one of that scale and number of channels.
  const CachedPicture* Find(uint32_t sample, int scale_denom, int channels) const;
  // True when `size` more bytes would be kept of this sample, as far as one can tell beforehand.
  bool WouldKeep(uint32_t sample, size_t size) const;
  // Keeps `rows` x `row_bytes` bytes, `stride` apart, under the description in `picture` (its
  // `next` and `size` do not matter), unless they do not fit or are there already.
  void Keep(uint32_t sample, CachedPicture picture, const uint8_t* data, size_t rows,
            size_t row_bytes, size_t stride);
  // Keeps nothing of this sample from now on, when nothing is kept yet.
  void Refuse(uint32_t sample);

  void CountHit() { hits_.fetch_add(1, std::memory_order_relaxed); }

  int64_t hits() const { return hits_.load(std::memory_order_relaxed); }
  int64_t pictures() const { return pictures_.load(std::memory_order_relaxed); }
  // Handed out, with the description of each picture and rounding to 64; never above the limit.
  int64_t used_bytes() const {
    return static_cast<int64_t>(used_.load(std::memory_order_relaxed));
  }

 private:
  PictureCache(CacheKind kind, size_t capacity, size_t samples);

  uint8_t* Take(size_t bytes);

  const CacheKind kind_;
  const size_t capacity_;
  AlignedBuffer memory_;
  std::atomic<size_t> used_{0};
  std::atomic<int64_t> pictures_{0};
  std::atomic<int64_t> hits_{0};
  std::vector<std::atomic<const CachedPicture*>> first_;  // by sample
};

}  // namespace saker

#endif  // SAKER_LOADER_PICTURE_CACHE_H_
