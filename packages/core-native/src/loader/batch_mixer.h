// The batch stage of the loader: targets from labels, then the pipeline's ops on batches.
#ifndef SAKER_LOADER_BATCH_MIXER_H_
#define SAKER_LOADER_BATCH_MIXER_H_

#include <cstdint>
#include <vector>

#include "batch/mix.h"
#include "loader/batch_ring.h"
#include "plan/program.h"

namespace saker {

// Memory that one thread needs to mix; grows to the largest batch, then allocates no more.
struct MixScratch {
  std::vector<Mix> mixes;
  std::vector<uint8_t> usable;
  std::vector<float> rows;
};

// Writes slot->targets, [count, classes]: one-hot rows of the labels (zero for a failed item), mixed
// as the pixels are; and mixes the f32 pixels in place. Labels are below `classes`. The slot is this
// thread's alone.
void MixBatch(const PipelineProgram& program, uint64_t seed, uint32_t epoch, int32_t classes,
              BatchSlot* slot, MixScratch* scratch);

}  // namespace saker

#endif  // SAKER_LOADER_BATCH_MIXER_H_
