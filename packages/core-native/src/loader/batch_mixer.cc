#include "loader/batch_mixer.h"

#include <algorithm>

#include "batch/mix_executor.h"
#include "batch/mix_plan.h"

namespace saker {
namespace {

void WriteRow(const LabelLists& lists, const BatchSlot& slot, size_t item, float* row) {
  if (lists.empty()) {
    row[static_cast<size_t>(slot.labels[item])] = 1;
    return;
  }
  const uint32_t sample = slot.samples[item];
  for (int32_t at = lists.offsets[sample]; at < lists.offsets[sample + 1]; ++at) {
    row[static_cast<size_t>(lists.classes[static_cast<size_t>(at)])] = 1;
  }
}

}  // namespace

void MixBatch(const PipelineProgram& program, uint64_t seed, uint32_t epoch, uint32_t number,
              int32_t classes, const LabelLists& lists, BatchSlot* slot, MixScratch* scratch) {
  const size_t count = static_cast<size_t>(slot->count), row = static_cast<size_t>(classes);
  float* const targets = slot->targets.as<float>();
  std::fill_n(targets, count * row, 0.0f);
  scratch->usable.resize(count);
  for (size_t i = 0; i < count; ++i) {
    const bool ok = slot->statuses[i].ok();
    scratch->usable[i] = ok;
    if (ok) WriteRow(lists, *slot, i, targets + i * row);
  }
  const BatchShape shape{slot->count, program.channels, program.height, program.width,
                         program.layout};
  const BatchKey key{seed, epoch, number};
  for (size_t step = 0; step < program.batch.size(); ++step) {
    PlanMixes(program.batch[step], static_cast<uint32_t>(step), key, shape, scratch->usable.data(),
              &scratch->mixes);
    MixPixels(scratch->mixes, shape, slot->data.as<float>(), &scratch->rows);
    MixTargets(scratch->mixes, classes, targets);
  }
}

}  // namespace saker
