// Wave: some samples as one block of bytes that is uploaded at once and executed by a few kernels.
//
//   block       [DeviceItem x count] [per item: passes, steps, tables, weights, statistics, pixels]
//   uploaded workspace   [per item of more than one pass: two f32 pictures]
//
// A sample is a list of passes. The first resamples the decoded pixels by the plan's chains; each
// further one begins with a step that needs the whole picture before it (a statistic, neighbours, a
// new geometry). The pointwise steps up to the next such step run in registers behind it, so a plan
// of geometry and pointwise colour is one pass: u8 pixels in, normalised values out, nothing in
// between.
#ifndef SAKER_PIPELINE_CUDA_WAVE_H_
#define SAKER_PIPELINE_CUDA_WAVE_H_

#include <cstddef>
#include <cstdint>

namespace saker {

enum class DeviceDtype : uint8_t { kF32, kF16, kBf16, kU8 };

// An axis table in the block; offsets in bytes from its start.
struct DeviceAxis {
  int32_t size = 0, taps = 1;
  uint64_t start = 0, count = 0, inside = 0, weights = 0;
};

struct DevicePass {
  int32_t barrier = -1;           // the step that begins the pass; -1: the chains
  int32_t first = 0, last = 0;    // pointwise steps [first, last) behind it
  int32_t gather = -1;            // the step whose statistics the pass ends with; -1: none
  int32_t width = 0, height = 0;  // of what the pass makes
  bool resamples = false;         // by `x` and `y`; what stands outside is `fill`
  float fill[3] = {};
  DeviceAxis x, y;
};

// What a run keeps for one step, beside the step itself.
struct DeviceStep {
  uint64_t table = 0;  // 3 x 256 floats in the block, when the parameters alone decide them
  uint64_t stats = 0;  // a StepStats in the block (zero there), when the picture decides
};

// Gathered over a picture, then finished. Sums of integers: their order does not matter.
// Of a step that only sums, `count` and `table` do not exist.
struct StepStats {
  unsigned long long sum[6];   // of values of 0..255, in units of 2^-20
  float mean[6];               // finished from `sum`
  unsigned int count[3][256];  // pixels at each level
  float table[3][256];         // finished from `count`
};

struct DeviceItem {
  // Set: the decoded pixels stand there on the device. Otherwise at `pixels` in the block.
  const uint8_t* on_device = nullptr;
  uint64_t pixels = 0;
  int64_t stride = 0;    // bytes from one source row to the next
  int32_t channels = 3;  // of the source: 1 or 3

  int32_t num_passes = 0;  // 0: the output is zero
  int32_t num_steps = 0;
  uint64_t passes = 0, steps = 0,
           states = 0;        // DevicePass, PixelStep, DeviceStep arrays in the block
  uint64_t pictures[2] = {};  // f32 planes in the workspace

  float scale[3] = {1, 1, 1}, bias[3] = {};
  DeviceDtype dtype = DeviceDtype::kF32;
  bool nchw = true;
  int32_t out_channels = 3, out_width = 0, out_height = 0;
  int64_t out_bytes = 0;
  void* out = nullptr;
};

// What a kernel is given; device addresses.
struct WaveView {
  uint8_t* block = nullptr;
  uint8_t* workspace = nullptr;
  int32_t count = 0;
};

// What the host must know to launch the passes of a wave.
struct WaveShape {
  static constexpr int kMaxRounds = 33;  // the chains, and every step a pass of its own
  int32_t rounds = 0;
  int32_t tiles[kMaxRounds] = {};  // of the largest picture of a round
  bool gathers[kMaxRounds] = {};   // some item ends the round with statistics
};

}  // namespace saker

#endif  // SAKER_PIPELINE_CUDA_WAVE_H_
