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

// The same for samples that come unequally often: `count` visits, of which sample i has floor or ceiling of
// count * weights[i] / sum(weights), drawn by systematic resampling (Madow 1949) over a shuffled order, and shuffled.
// `repeats` says for each visit how often the sample came before in this epoch. Weights are finite, not negative, and
// not all zero.
void MakeWeightedOrder(const std::vector<double>& weights, uint64_t seed, uint32_t epoch,
                       std::vector<uint32_t>* order, std::vector<uint16_t>* repeats);

}  // namespace saker

#endif  // SAKER_LOADER_EPOCH_ORDER_H_
