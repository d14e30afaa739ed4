// RunSample with a PictureCache before the file and the decoder.
#ifndef SAKER_LOADER_CACHED_SAMPLE_H_
#define SAKER_LOADER_CACHED_SAMPLE_H_

#include <cstdint>

#include "loader/picture_cache.h"
#include "loader/sample.h"

namespace saker {

// Writes what RunSample would write, bit for bit, and returns its status. A picture in the cache is
// taken from there; else a picture that works is put there when it fits:
//   encoded: the source's bytes;
//   decoded: the whole upright picture at the scale the plan asks for, decoded instead of the
//     plan's region. Where only the region can be decoded (damage outside it), nothing is kept.
// `sample` is the index in the cache.
Status RunCachedSample(const SampleJob& job, const SampleSource& source, uint32_t sample,
                       const SampleKey& key, const OutputView& out, PictureCache* cache,
                       SampleScratch* scratch, StageTimes* times);

}  // namespace saker

#endif  // SAKER_LOADER_CACHED_SAMPLE_H_
