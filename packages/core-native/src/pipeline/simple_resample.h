// Resampling for the reference executor: one sparse matrix an axis, from the chain's definition.
#ifndef SAKER_PIPELINE_SIMPLE_RESAMPLE_H_
#define SAKER_PIPELINE_SIMPLE_RESAMPLE_H_

#include <array>
#include <functional>

#include "ops/core/axis_chain.h"
#include "ops/core/reference_picture.h"

namespace saker {

// The pixel at (y, x) of the chains' source.
using SourcePixels = std::function<Rgb(int y, int x)>;

// What the two chains make of a source; `fill` is 0..255, black for none. Reads only the pixels
// that the matrices name.
ReferencePicture SimpleResample(const AxisChain& x, const AxisChain& y,
                                const std::array<float, 3>& fill, const SourcePixels& source);

}  // namespace saker

#endif  // SAKER_PIPELINE_SIMPLE_RESAMPLE_H_
