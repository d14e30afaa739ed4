// A monotonic clock for timings.
#ifndef SAKER_BASE_CLOCK_H_
#define SAKER_BASE_CLOCK_H_

#include <chrono>
#include <cstdint>

namespace saker {

// Nanoseconds since an arbitrary start.
inline int64_t NowNs() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace saker

#endif  // SAKER_BASE_CLOCK_H_
