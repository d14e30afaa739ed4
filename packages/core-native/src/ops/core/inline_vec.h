// InlineVec: up to N values held in place, so that parameter structs stay trivially copyable.
#ifndef SAKER_OPS_CORE_INLINE_VEC_H_
#define SAKER_OPS_CORE_INLINE_VEC_H_

#include <cstddef>
#include <cstdint>

namespace saker {

template <typename T, size_t N>
struct InlineVec {
  T values[N] = {};
  uint32_t count = 0;

  static constexpr size_t capacity() { return N; }
  size_t size() const { return count; }
  const T& operator[](size_t i) const { return values[i]; }
  T& operator[](size_t i) { return values[i]; }
  const T* begin() const { return values; }
  const T* end() const { return values + count; }
  // False when full; nothing is appended then.
  bool push_back(const T& value) {
    if (count == N) return false;
    values[count++] = value;
    return true;
  }
};

}  // namespace saker

#endif  // SAKER_OPS_CORE_INLINE_VEC_H_
