// How a picture is cut into tiles, for kernels and for the host that launches them.
#ifndef SAKER_PIPELINE_CUDA_TILE_SIZE_H_
#define SAKER_PIPELINE_CUDA_TILE_SIZE_H_

#include <cstdint>

#include "ops/core/host_device.h"

namespace saker {
namespace device {

// A warp is one row of a tile, so loads and stores of planes are coalesced.
inline constexpr int kTileWidth = 32;
inline constexpr int kTileHeight = 16;

SAKER_HOST_DEVICE inline int32_t TilesAcross(int32_t width) {
  return (width + kTileWidth - 1) / kTileWidth;
}
SAKER_HOST_DEVICE inline int32_t TilesOf(int32_t width, int32_t height) {
  return TilesAcross(width) * ((height + kTileHeight - 1) / kTileHeight);
}

}  // namespace device
}  // namespace saker

#endif  // SAKER_PIPELINE_CUDA_TILE_SIZE_H_
