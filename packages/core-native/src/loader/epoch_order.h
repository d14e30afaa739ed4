// The order in which an epoch visits its samples: a function of (count, shuffle, seed, epoch) only.
#ifndef SAKER_LOADER_EPOCH_ORDER_H_
#define SAKER_LOADER_EPOCH_ORDER_H_

#include <cstdint>
#include <vector>

namespace saker {

// Indices 0..count-1, shuffled by Fisher-Yates (Durstenfeld 1964) with Philox draws, or in order.
// Reuses the memory of `order`.
void MakeEpochOrder(uint32_t count, bool shuffle, uint64_t seed, uint32_t epoch,
                    std::vector<uint32_t>* order);

}  // namespace saker

#endif  // SAKER_LOADER_EPOCH_ORDER_H_
