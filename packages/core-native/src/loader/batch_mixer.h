// The batch stage of the loader: targets from labels, then the pipeline's ops on batches.
#ifndef SAKER_LOADER_BATCH_MIXER_H_
#define SAKER_LOADER_BATCH_MIXER_H_

#include <cstdint>
#include <vector>

#include "batch/mix.h"
#include "loader/batch_ring.h"
#include "plan/program.h"

namespace saker {

// The classes of each sample where a sample may have any number of them: those of sample i are
// classes[offsets[i]] to before classes[offsets[i + 1]]. Empty offsets: a sample has its one label.
struct LabelLists {
  std::vector<int32_t> offsets, classes;
  bool empty() const { return offsets.empty(); }
};

// Memory that one thread needs to mix; grows to the largest batch, then allocates no more.
struct MixScratch {
  std::vector<Mix> mixes;
  std::vector<uint8_t> usable;
  std::vector<float> rows;
};

// Writes slot->targets, [count, classes]: one-hot rows of the labels, or multi-hot rows of `lists`
// (zero for a failed item), mixed as the pixels are; and mixes the f32 pixels in place. Labels are
// below `classes`. The slot is this thread's alone.
void MixBatch(const PipelineProgram& program, uint64_t seed, uint32_t epoch, uint32_t number,
              int32_t classes, const LabelLists& lists, BatchSlot* slot, MixScratch* scratch);

}  // namespace saker

#endif  // SAKER_LOADER_BATCH_MIXER_H_
