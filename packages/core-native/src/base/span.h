// Span: a borrowed run of elements (C++17 has no std::span).
#ifndef SAKER_BASE_SPAN_H_
#define SAKER_BASE_SPAN_H_

#include <cstddef>
#include <cstdint>

namespace saker {

template <typename T>
class Span {
 public:
  Span() = default;
  Span(T* data, size_t size) : data_(data), size_(size) {}

  T* data() const { return data_; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T& operator[](size_t i) const { return data_[i]; }
  T* begin() const { return data_; }
  T* end() const { return data_ + size_; }
  // The part from `offset`, at most `count` elements; offset must be <= size().
  Span subspan(size_t offset, size_t count = SIZE_MAX) const {
    const size_t rest = size_ - offset;
    return Span(data_ + offset, count < rest ? count : rest);
  }

 private:
  T* data_ = nullptr;
  size_t size_ = 0;
};

using Bytes = Span<const uint8_t>;

}  // namespace saker

#endif  // SAKER_BASE_SPAN_H_
