#include "batch/mix_plan.h"

#include <algorithm>
#include <cstddef>

#include "batch/ops.h"

namespace saker {
namespace {

// Streams that no sample and no epoch order uses: the op indices of pipelines are small.
constexpr uint32_t kBatchStreams = 0x80000000u;
constexpr uint32_t kUnitBits = 16;  // a batch has at most 65536 items

const BatchOpParams& Choose(const BatchStep& step, RandomStream* random) {
  if (step.choices.size() == 1) return step.choices.front();
  double total = 0;
  for (const double weight : step.weights) total += weight;
  double at = random->Uniform() * total;
  size_t chosen = 0;
  for (size_t i = 0; i < step.weights.size(); ++i) {
    if (step.weights[i] <= 0) continue;
    chosen = i;
    at -= step.weights[i];
    if (at < 0) break;
  }
  return step.choices[chosen];
}

// The draws of one unit: the batch, a pair or an element. The partner is not set.
bool DrawUnit(const BatchStep& step, uint32_t step_index, uint32_t unit, const BatchKey& key,
              const BatchShape& shape, Mix* mix) {
  RandomStream random(key.seed, key.epoch, key.batch,
                      kBatchStreams | (step_index << kUnitBits) | unit);
  return std::visit(
      [&](const auto& params) {
        if (random.Uniform() >= params.p) return false;
        *mix = DrawMix(params, shape, &random);
        return true;
      },
      Choose(step, &random));
}

}  // namespace

void PlanMixes(const BatchStep& step, uint32_t step_index, const BatchKey& key,
               const BatchShape& shape, const uint8_t* usable, std::vector<Mix>* mixes) {
  const MixMode mode =
      std::visit([](const auto& params) { return params.mode; }, step.choices.front());
  mixes->assign(static_cast<size_t>(shape.count), Mix());
  Mix shared;
  const bool batch_mixes = mode == MixMode::kBatch && DrawUnit(step, step_index, 0, key, shape,
                                                               &shared);
  for (int32_t i = 0; i < shape.count; ++i) {
    const int32_t partner = shape.count - 1 - i;
    if (partner == i || usable[i] == 0 || usable[partner] == 0) continue;
    Mix mix = shared;
    const int32_t unit = mode == MixMode::kPair ? std::min(i, partner) : i;
    const bool mixed = mode == MixMode::kBatch ? batch_mixes
                                               : DrawUnit(step, step_index,
                                                          static_cast<uint32_t>(unit), key, shape,
                                                          &mix);
    if (!mixed) continue;
    mix.partner = partner;
    (*mixes)[static_cast<size_t>(i)] = mix;
  }
}

}  // namespace saker
