// The f32 picture that steps work on: three planes of 0..255, row by row.
#ifndef SAKER_OPS_CORE_PLANAR_PICTURE_H_
#define SAKER_OPS_CORE_PLANAR_PICTURE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/aligned_buffer.h"
#include "hwy/base.h"

namespace saker {

// One row. Every plane starts on a vector boundary and may be read and written up to the next
// multiple of kRowPadding floats; what stands behind the width is no pixel.
struct PlanarRow {
  float* HWY_RESTRICT r;
  float* HWY_RESTRICT g;
  float* HWY_RESTRICT b;
};

inline constexpr size_t kRowPadding = 16;

inline size_t PaddedWidth(int32_t width) {
  return (static_cast<size_t>(width) + kRowPadding - 1) / kRowPadding * kRowPadding;
}

// Borrowed: rows of three planes, each `plane` floats (a row of R, one of G, one of B, the next).
struct PlanarPicture {
  float* first = nullptr;
  size_t plane = 0;
  int32_t width = 0;
  int32_t height = 0;

  PlanarRow Row(int32_t y) const {
    float* at = first + static_cast<size_t>(y) * 3 * plane;
    return {at, at + plane, at + 2 * plane};
  }
  // One channel of one row.
  float* Line(int32_t y, int c) const {
    return first + (static_cast<size_t>(y) * 3 + static_cast<size_t>(c)) * plane;
  }
  static size_t Floats(int32_t width, int32_t height) {
    return PaddedWidth(width) * 3 * static_cast<size_t>(height);
  }
};

// Memory for picture steps, one per thread; grows to what plans ask for, then allocates no more.
class PictureArena {
 public:
  static constexpr int kKept = 4;

  // `count` values, aligned to a cache line, not initialised, until the step returns. Null when
  // memory is short: return Status(ErrorCode::kMemory, ...).
  template <class T>
  T* Get(size_t count) {
    if (used_ == blocks_.size()) blocks_.push_back(std::make_unique<AlignedBuffer>());
    AlignedBuffer& block = *blocks_[used_++];
    return block.Reserve(count * sizeof(T)) ? block.as<T>() : nullptr;
  }

  // A picture until the step returns; its `first` is null when memory is short.
  PlanarPicture Picture(int32_t width, int32_t height) {
    float* first = Get<float>(PlanarPicture::Floats(width, height));
    return {first, PaddedWidth(width), width, height};
  }

  // A picture that stays for the later steps of the same plan, under a number of 0..kKept-1. Its
  // `first` is null when memory is short. Contents are lost when it is made anew.
  PlanarPicture Keep(int slot, int32_t width, int32_t height) {
    AlignedBuffer& block = kept_memory_[slot];
    const bool ok = block.Reserve(PlanarPicture::Floats(width, height) * sizeof(float));
    kept_[slot] = {ok ? block.as<float>() : nullptr, PaddedWidth(width), width, height};
    return kept_[slot];
  }
  const PlanarPicture& kept(int slot) const { return kept_[slot]; }

  // Called by the executor between steps.
  void EndStep() { used_ = 0; }

 private:
  std::vector<std::unique_ptr<AlignedBuffer>> blocks_;
  size_t used_ = 0;
  AlignedBuffer kept_memory_[kKept];
  PlanarPicture kept_[kKept];
};

}  // namespace saker

#endif  // SAKER_OPS_CORE_PLANAR_PICTURE_H_
