#include "loader/epoch_order.h"

#include <numeric>
#include <utility>

#include "ops/core/philox.h"

namespace saker {
namespace {

// A stream that no sample uses: op indices of pipelines are small.
constexpr uint32_t kOrderStream = 0xffffffffu;

}  // namespace

void MakeEpochOrder(uint32_t count, bool shuffle, uint64_t seed, uint32_t epoch,
                    std::vector<uint32_t>* order) {
  order->resize(count);
  std::iota(order->begin(), order->end(), 0u);
  if (!shuffle) return;
  RandomStream random(seed, epoch, kOrderStream, kOrderStream);
  for (uint32_t i = count; i > 1; --i) std::swap((*order)[i - 1], (*order)[random.Below(i)]);
}

}  // namespace saker
