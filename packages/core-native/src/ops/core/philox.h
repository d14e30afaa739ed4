// Philox4x32-10: counter-based random numbers (Salmon, Moraes, Dror, Shaw: "Parallel random
// numbers: as easy as 1, 2, 3", SC 2011). A draw is a pure function of (key, counter), so the
// numbers of a sample depend on nothing but (seed, epoch, sample id, op index).
#ifndef SAKER_OPS_CORE_PHILOX_H_
#define SAKER_OPS_CORE_PHILOX_H_

#include <array>
#include <cstdint>

#include "ops/core/host_device.h"

namespace saker {

using PhiloxBlock = std::array<uint32_t, 4>;

// One block of four words for a 128-bit counter and a 64-bit key.
SAKER_HOST_DEVICE inline PhiloxBlock Philox4x32(PhiloxBlock counter, uint32_t key0, uint32_t key1) {
  constexpr uint64_t kMul0 = 0xD2511F53u, kMul1 = 0xCD9E8D57u;
  constexpr uint32_t kWeyl0 = 0x9E3779B9u, kWeyl1 = 0xBB67AE85u;
  for (int round = 0; round < 10; ++round) {
    const uint64_t p0 = kMul0 * counter[0];
    const uint64_t p1 = kMul1 * counter[2];
    counter = {static_cast<uint32_t>(p1 >> 32) ^ counter[1] ^ key0, static_cast<uint32_t>(p1),
               static_cast<uint32_t>(p0 >> 32) ^ counter[3] ^ key1, static_cast<uint32_t>(p0)};
    key0 += kWeyl0;
    key1 += kWeyl1;
  }
  return counter;
}

// The words that one op draws for one sample: counter = (epoch, sample id, op index, block), key =
// seed.
class RandomStream {
 public:
  RandomStream(uint64_t seed, uint32_t epoch, uint32_t sample_id, uint32_t op_index)
      : key0_(static_cast<uint32_t>(seed)),
        key1_(static_cast<uint32_t>(seed >> 32)),
        counter_{epoch, sample_id, op_index, 0} {}

  uint32_t NextWord() {
    if (used_ == 4) {
      block_ = Philox4x32(counter_, key0_, key1_);
      ++counter_[3];
      used_ = 0;
    }
    return block_[used_++];
  }

  // Uniform on [0, 1), a multiple of 2^-32; one word.
  double Uniform() { return NextWord() * 0x1p-32; }
  // Uniform on [low, high); one word.
  double Uniform(double low, double high) { return low + (high - low) * Uniform(); }

  // Uniform integer in [0, n), n >= 1, without bias: multiply-shift with rejection (Lemire 2019,
  // "Fast random integer generation in an interval"); one word, seldom more.
  uint32_t Below(uint32_t n) {
    uint64_t m = static_cast<uint64_t>(NextWord()) * n;
    if (static_cast<uint32_t>(m) < n) {
      const uint32_t threshold = (0u - n) % n;
      while (static_cast<uint32_t>(m) < threshold) m = static_cast<uint64_t>(NextWord()) * n;
    }
    return static_cast<uint32_t>(m >> 32);
  }

 private:
  uint32_t key0_, key1_;
  PhiloxBlock counter_;
  PhiloxBlock block_{};
  int used_ = 4;
};

}  // namespace saker

#endif  // SAKER_OPS_CORE_PHILOX_H_
