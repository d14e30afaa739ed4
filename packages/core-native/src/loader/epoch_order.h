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
// Which of `count` places of an epoch's order rank `rank` of `world_size` processes visits: of every `batch_size` *
// `world_size` places, which are one step of all of them, the rank's `batch_size` in turn, so that the ranks' batches
// together are the batch of one process with a batch `world_size` times as large. Of a last step that is not full each rank
// gets its even share (which may be none), or nothing with `drop_last`. No place is left out otherwise, none comes twice.
struct EpochShard {
  uint32_t batch_size = 1, rank = 0, world_size = 1;
  bool drop_last = false;

  uint32_t Size(uint32_t count) const;
  // The rank's places of `order`, in order.
  template <typename T>
  void Take(std::vector<T>* order) const {
    if (world_size == 1) return;
    const uint32_t count = static_cast<uint32_t>(order->size()), size = Size(count);
    for (uint32_t i = 0; i < size; ++i) (*order)[i] = (*order)[Place(count, i)];
    order->resize(size);
  }

 private:
  // The place of the rank's i-th visit, at least i.
  uint32_t Place(uint32_t count, uint32_t i) const;
};

}  // namespace saker

#endif  // SAKER_LOADER_EPOCH_ORDER_H_
