// What the ops on batches decide, as plain data. One description serves MixUp and CutMix: pictures
// are blended, or a box is copied; targets are blended either way.
#ifndef SAKER_BATCH_MIX_H_
#define SAKER_BATCH_MIX_H_

#include <cstddef>
#include <cstdint>

#include "base/image.h"
#include "plan/program.h"

namespace saker {

// One picture of a batch and its partner.
struct Mix {
  int32_t partner = -1;  // position in the batch; -1: the picture and its target stay as they are
  float keep = 1;        // weight of the own target, and of the own pixels where they are blended
  bool cut = false;      // false: blend all pixels; true: copy `box` from the partner
  Rect box;              // in output pixels
};

// Size of the f32 pixels of a batch: `count` items of item_floats().
struct BatchShape {
  int32_t count = 0;
  int32_t channels = 3;
  int32_t height = 0;
  int32_t width = 0;
  OutputLayout layout = OutputLayout::kNchw;

  size_t item_floats() const {
    return static_cast<size_t>(channels) * static_cast<size_t>(height) *
           static_cast<size_t>(width);
  }
};

}  // namespace saker

#endif  // SAKER_BATCH_MIX_H_
