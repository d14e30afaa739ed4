#include "loader/epoch_order.h"

#include <limits>
#include <numeric>
#include <utility>

#include "ops/core/philox.h"

namespace saker {
namespace {

// A stream that no sample uses: op indices of pipelines are small.
constexpr uint32_t kOrderStream = 0xffffffffu;
constexpr uint32_t kWeightedStream = 0xfffffffeu;

}  // namespace

void MakeEpochOrder(uint32_t count, bool shuffle, uint64_t seed, uint32_t epoch,
                    std::vector<uint32_t>* order) {
  order->resize(count);
  std::iota(order->begin(), order->end(), 0u);
  if (!shuffle) return;
  RandomStream random(seed, epoch, kOrderStream, kOrderStream);
  for (uint32_t i = count; i > 1; --i) std::swap((*order)[i - 1], (*order)[random.Below(i)]);
}

void MakeWeightedOrder(const std::vector<double>& weights, uint64_t seed, uint32_t epoch,
                       std::vector<uint32_t>* order, std::vector<uint16_t>* repeats) {
  const uint32_t count = static_cast<uint32_t>(weights.size());
  order->clear();
  repeats->assign(count, 0);
  if (count == 0) return;
  std::vector<uint32_t> line(count);
  std::iota(line.begin(), line.end(), 0u);
  RandomStream random(seed, epoch, kOrderStream, kWeightedStream);
  // Neighbours on the line share the fractions of visits; shuffled, those differ from epoch to epoch.
  for (uint32_t i = count; i > 1; --i) std::swap(line[i - 1], line[random.Below(i)]);
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  const double offset = random.Uniform();
  double reached = 0;
  for (const uint32_t sample : line) {
    reached += weights[sample] * count / total;
    while (order->size() < count && static_cast<double>(order->size()) + offset < reached)
      order->push_back(sample);
  }
  // Rounding may leave the last visit behind the end of the line.
  while (order->size() < count) {
    const uint32_t last = order->empty() ? line.back() : order->back();
    order->push_back(last);
  }
  for (uint32_t i = count; i > 1; --i) std::swap((*order)[i - 1], (*order)[random.Below(i)]);
  std::vector<uint16_t> seen(count, 0);
  for (uint32_t i = 0; i < count; ++i) {
    uint16_t& times = seen[(*order)[i]];
    (*repeats)[i] = times;
    if (times < std::numeric_limits<uint16_t>::max()) ++times;
  }
}

uint32_t EpochShard::Size(uint32_t count) const {
  const uint32_t step = batch_size * world_size;
  const uint32_t full = count / step * batch_size;
  const uint64_t rest = count % step;
  const uint64_t share = rest * (rank + 1) / world_size - rest * rank / world_size;
  return drop_last ? full : full + static_cast<uint32_t>(share);
}

uint32_t EpochShard::Place(uint32_t count, uint32_t i) const {
  const uint32_t step = batch_size * world_size, batch = i / batch_size;
  const uint64_t rest = count % step;
  const uint32_t first = batch < count / step ? rank * batch_size
                                              : static_cast<uint32_t>(rest * rank / world_size);
  return batch * step + first + i % batch_size;
}

}  // namespace saker
