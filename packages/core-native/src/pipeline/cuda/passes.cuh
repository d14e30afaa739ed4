// The bodies of the kernels: one pass of one item on one tile, and the finish of its statistics.
#ifndef SAKER_PIPELINE_CUDA_PASSES_CUH_
#define SAKER_PIPELINE_CUDA_PASSES_CUH_

#include <cstdint>

#include "ops/core/device_pixel.cuh"
#include "pipeline/cuda/steps.cuh"
#include "pipeline/cuda/store.cuh"
#include "pipeline/cuda/team.cuh"
#include "pipeline/cuda/tile.cuh"
#include "pipeline/cuda/wave.h"

namespace saker {
namespace device {

// Shared memory of a team.
struct PassMemory {
  ChunkMemory chunk;
  unsigned long long sum[kMaxSums];
  unsigned int count[3][256];
};

inline constexpr float kSumUnits = 1048576.0f;

SAKER_DEVICE AxisView ViewOf(const WaveView& wave, const DeviceAxis& axis) {
  return {At<int32_t>(wave.block, axis.start),
          At<int32_t>(wave.block, axis.count),
          At<float>(wave.block, axis.inside),
          At<float>(wave.block, axis.weights),
          axis.size,
          axis.taps};
}

SAKER_DEVICE StepStats* StatsOf(const WaveView& wave, const DeviceStep& state) {
  return reinterpret_cast<StepStats*>(wave.block + state.stats);
}

SAKER_DEVICE Planes PictureOf(const WaveView& wave, const DeviceItem& item, int32_t round) {
  const DevicePass& pass = At<DevicePass>(wave.block, item.passes)[round];
  return {reinterpret_cast<float*>(wave.workspace + item.pictures[round & 1]), pass.width,
          pass.height};
}

// Adds one pixel to the statistics of the step that waits for them.
template <class Team>
SAKER_TEAM void Gather(const PixelStep& step, bool levels, const Pixel& v, PassMemory* memory) {
  if (levels) {
    SAKER_UNROLL
    for (int c = 0; c < 3; ++c) Team::Add(&memory->count[c][LevelOf(v.c[c])], 1u);
    return;
  }
  float values[kMaxSums] = {};
  const int n = GatherStep(step, v, values);
  SAKER_UNROLL
  for (int i = 0; i < kMaxSums; ++i) {
    if (i < n) Team::Add(&memory->sum[i], static_cast<unsigned long long>(values[i] * kSumUnits));
  }
}

// Pass `round` of `item` on tile `index` of `tiles`.
template <bool kFirst, class Team>
SAKER_TEAM void RunPass(Team& team, const WaveView& wave, const DeviceItem& item, int32_t round,
                        int32_t index, int32_t tiles, PassMemory* memory) {
  if (round >= item.num_passes) {
    if (kFirst) {
      team.Run([&](int thread, auto&) {
        StoreZeros(item, static_cast<int64_t>(index) * kTeamSize + thread,
                   static_cast<int64_t>(tiles) * kTeamSize);
      });
    }
    return;
  }
  const DevicePass& pass = At<DevicePass>(wave.block, item.passes)[round];
  if (index >= TilesOf(pass.width, pass.height)) return;
  const Tile tile = TileAt(index, pass.width, pass.height);
  const PixelStep* steps = At<PixelStep>(wave.block, item.steps);
  const DeviceStep* states = At<DeviceStep>(wave.block, item.states);
  const bool gathers = pass.gather >= 0;
  if (gathers) {
    team.Run([&](int thread, auto&) {
      if (thread < kMaxSums) memory->sum[thread] = 0;
      for (int i = thread; i < 3 * 256; i += kTeamSize) memory->count[i / 256][i % 256] = 0;
    });
  }

  if constexpr (kFirst) {
    const uint8_t* first = item.on_device != nullptr ? item.on_device : wave.block + item.pixels;
    const ByteRows source = {first, item.stride, item.channels};
    ResampleTile(team, source, ViewOf(wave, pass.x), ViewOf(wave, pass.y), pass.fill, tile,
                 &memory->chunk);
  } else {
    const Planes in = PictureOf(wave, item, round - 1);
    if (pass.resamples) {
      ResampleTile(team, in, ViewOf(wave, pass.x), ViewOf(wave, pass.y), pass.fill, tile,
                   &memory->chunk);
    } else {
      team.Run([&](int thread, auto& local) {
        SAKER_UNROLL
        for (int p = 0; p < kPixelsPerThread; ++p) {
          const int32_t x = ColumnOf(thread), y = RowOf(thread, p);
          if (x >= tile.width || y >= tile.height) continue;
          local.sum[p] = ReadStep(steps[pass.barrier], in, tile.x + x, tile.y + y);
        }
      });
    }
  }

  const bool last = round + 1 == item.num_passes;
  const bool levels = gathers && CountsLevels(steps[pass.gather]);
  const Planes out = PictureOf(wave, item, round);
  team.Run([&](int thread, auto& local) {
    SAKER_UNROLL
    for (int p = 0; p < kPixelsPerThread; ++p) {
      const int32_t x = tile.x + ColumnOf(thread), y = tile.y + RowOf(thread, p);
      if (x >= tile.x + tile.width || y >= tile.y + tile.height) continue;
      Pixel v = local.sum[p];
      for (int32_t i = pass.first; i < pass.last; ++i)
        v = MapStep(wave, steps[i], states[i], v, x, y);
      if (gathers) Gather<Team>(steps[pass.gather], levels, v, memory);
      if (last) {
        StorePixel(item, x, y, v);
      } else {
        out.Set(x, y, v);
      }
    }
  });

  if (gathers) {
    StepStats* stats = StatsOf(wave, states[pass.gather]);
    team.Run([&](int thread, auto&) {
      if (thread < kMaxSums && memory->sum[thread] != 0) {
        Team::Add(&stats->sum[thread], memory->sum[thread]);
      }
      for (int i = thread; i < 3 * 256; i += kTeamSize) {
        const unsigned int n = memory->count[i / 256][i % 256];
        if (n != 0) Team::Add(&stats->count[i / 256][i % 256], n);
      }
    });
  }
}

// Between pass `round` and the next: means and tables of what was gathered. One team an item.
template <class Team>
SAKER_TEAM void RunFinish(Team& team, const WaveView& wave, const DeviceItem& item, int32_t round) {
  if (round >= item.num_passes) return;
  const DevicePass& pass = At<DevicePass>(wave.block, item.passes)[round];
  if (pass.gather < 0) return;
  const PixelStep& step = At<PixelStep>(wave.block, item.steps)[pass.gather];
  StepStats* stats = StatsOf(wave, At<DeviceStep>(wave.block, item.states)[pass.gather]);
  const double pixels = static_cast<double>(pass.width) * pass.height;
  team.Run([&](int thread, auto&) {
    if (thread < kMaxSums) {
      const double sum = static_cast<double>(stats->sum[thread]) / kSumUnits;
      stats->mean[thread] = static_cast<float>(sum / pixels);
    }
    // One thread a channel, in different warps.
    if (thread % 32 == 0 && thread / 32 < 3) {
      FinishStep(step, stats->count[thread / 32], stats->table[thread / 32]);
    }
  });
}

}  // namespace device
}  // namespace saker

#endif  // SAKER_PIPELINE_CUDA_PASSES_CUH_
