// ItemPacker: one sample's plan and pixels as the device reads them (wave.h). Plain C++, in every
// build.
#ifndef SAKER_PIPELINE_CUDA_ITEM_PACKER_H_
#define SAKER_PIPELINE_CUDA_ITEM_PACKER_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/span.h"
#include "base/status.h"
#include "codec/codec.h"
#include "ops/core/level_table.h"
#include "pipeline/cuda/wave.h"
#include "plan/axis_table.h"
#include "plan/plan.h"

namespace saker {

// Prepare measures, Write writes. One per thread; grows to the largest plan seen, then allocates no
// more.
class ItemPacker {
 public:
  // Splits the plan into passes, builds its tables, and measures. `image` holds plan.source.
  // Errors: E_PIPELINE_UNSUPPORTED, a step without a CUDA twin; E_INTERNAL, an image that does not
  // hold the plan's source.
  Status Prepare(const SamplePlan& plan, const DecodedImage& image);
  // The same for a JPEG file of `bytes` bytes that a decoder on the device reads.
  Status PrepareFile(const SamplePlan& plan, size_t bytes);
  // An item without passes, whose output becomes zero; `bytes` of it.
  void PrepareZero(size_t bytes);

  // What the prepared item takes, multiples of 64.
  size_t block_bytes() const { return block_bytes_; }
  size_t workspace_bytes() const { return workspace_bytes_; }
  // Widens `shape` to launch this item too.
  void AddTo(WaveShape* shape) const;

  // Writes the prepared item's part of the block, [at, at + block_bytes()), and its DeviceItem.
  // `out` is where the device writes the sample.
  void Write(const SamplePlan& plan, const DecodedImage& image, void* out, uint8_t* block,
             size_t at, size_t workspace_at, DeviceItem* item) const;
  // The same with a file in place of pixels; whoever decodes it sets item->on_device and
  // item->stride.
  void WriteFile(const SamplePlan& plan, Bytes file, void* out, uint8_t* block, size_t at,
                 size_t workspace_at, DeviceItem* item) const;
  // Where in the block a written file stands, from the item's start.
  size_t file_offset() const { return pixels_at_; }
  void WriteZero(void* out, size_t bytes, DeviceItem* item) const;

 private:
  struct Tables {
    AxisTable x, y;
  };

  Status Layout(const SamplePlan& plan, size_t pixel_bytes);
  void WritePlan(const SamplePlan& plan, void* out, uint8_t* block, size_t at, size_t workspace_at,
                 DeviceItem* item) const;
  size_t Take(size_t bytes);
  DeviceAxis TakeAxis(const AxisTable& table);
  Tables* NextTables();
  void AddResample(const AxisChain& x, const AxisChain& y, int32_t origin_x, int32_t origin_y,
                   const float* fill, DevicePass* pass);
  Status AddStep(const SamplePlan& plan, int32_t index);
  void WriteAxis(const AxisTable& table, const DeviceAxis& axis, uint8_t* base) const;

  std::vector<DevicePass> passes_;  // offsets from the item's own start
  std::vector<DeviceStep> states_;
  std::vector<LevelTable> level_tables_;  // of the kTable steps, in order
  std::vector<Tables> tables_;            // of the passes that resample, in order
  size_t used_tables_ = 0;
  std::vector<float> weights_;
  AxisScratch scratch_;

  size_t passes_at_ = 0, steps_at_ = 0, states_at_ = 0, pixels_at_ = 0;
  size_t picture_bytes_ = 0;
  size_t block_bytes_ = 0, workspace_bytes_ = 0;
  int32_t zero_tiles_ = 0;
};

}  // namespace saker

#endif  // SAKER_PIPELINE_CUDA_ITEM_PACKER_H_
