// AlignedBuffer: a grow-only byte buffer on 64-byte boundaries (a cache line, the widest SIMD
// vector).
#ifndef SAKER_BASE_ALIGNED_BUFFER_H_
#define SAKER_BASE_ALIGNED_BUFFER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

namespace saker {

inline constexpr size_t kBufferAlignment = 64;

// Owns its bytes; movable, not copyable. Contents are lost when it grows, which is what scratch
// wants.
class AlignedBuffer {
 public:
  // Makes at least `size` bytes available. False when memory is short; the buffer is then empty.
  bool Reserve(size_t size) {
    if (size <= capacity_) return true;
    data_.reset();
    capacity_ = 0;
    void* p = ::operator new(size, std::align_val_t(kBufferAlignment), std::nothrow);
    if (p == nullptr) return false;
    data_.reset(static_cast<uint8_t*>(p));
    capacity_ = size;
    return true;
  }

  uint8_t* data() const { return data_.get(); }
  template <typename T>
  T* as() const {
    return reinterpret_cast<T*>(data_.get());
  }
  size_t capacity() const { return capacity_; }

 private:
  struct Deleter {
    void operator()(uint8_t* p) const { ::operator delete(p, std::align_val_t(kBufferAlignment)); }
  };
  std::unique_ptr<uint8_t, Deleter> data_;
  size_t capacity_ = 0;
};

}  // namespace saker

#endif  // SAKER_BASE_ALIGNED_BUFFER_H_
