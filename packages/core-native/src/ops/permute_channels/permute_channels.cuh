// PermuteChannels for CUDA. Formula: permute_channels.h.
#ifndef SAKER_OPS_PERMUTE_CHANNELS_PERMUTE_CHANNELS_CUH_
#define SAKER_OPS_PERMUTE_CHANNELS_PERMUTE_CHANNELS_CUH_

#include "ops/permute_channels/permute_channels_steps.h"
#include "ops/core/device_pixel.cuh"

namespace saker {
namespace device {

// By selection: a register array indexed at run time would go to memory.
SAKER_DEVICE float ChannelOf(const Pixel& v, int32_t c) {
  return c == 0 ? v.c[0] : (c == 1 ? v.c[1] : v.c[2]);
}

SAKER_DEVICE Pixel MapPixel(const PermuteStep& step, const Pixel& v, int32_t, int32_t) {
  return {{ChannelOf(v, step.permutation[0]), ChannelOf(v, step.permutation[1]),
           ChannelOf(v, step.permutation[2])}};
}

}  // namespace device
}  // namespace saker

#endif  // SAKER_OPS_PERMUTE_CHANNELS_PERMUTE_CHANNELS_CUH_
