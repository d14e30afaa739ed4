// NvjpegDecoder: the JPEG files of one wave, decoded on its stream into device memory.
//
// Files that the hardware engine takes go through one batched call, whole; the others one by one,
// the region only where the library can, with the entropy decoding on the calling thread. What
// neither takes is left to the caller. Pixels are nvJPEG's, which differ from libjpeg-turbo's by a
// few levels (docs/design/0008-cuda.md).
#ifndef SAKER_PIPELINE_CUDA_RUNTIME_NVJPEG_DECODER_H_
#define SAKER_PIPELINE_CUDA_RUNTIME_NVJPEG_DECODER_H_

#include <cuda_runtime_api.h>

#include <memory>
#include <vector>

#include "base/image.h"
#include "base/span.h"
#include "base/status.h"
#include "pipeline/cuda/runtime/cuda_status.h"
#include "pipeline/cuda/runtime/nvjpeg_api.h"

namespace saker {

struct JpegFile {
  Bytes bytes;  // stays in place until the stream has passed
  int width = 0, height = 0;
  Rect region;
};

// Where a file's region stands on the device: RGB, interleaved. `first` is null when it was not
// decoded.
struct DeviceRegion {
  const uint8_t* first = nullptr;
  int64_t stride = 0;
};

// Not thread-safe; one for each wave.
class NvjpegDecoder {
 public:
  // Errors: E_CUDA_FAILED (the library does not open, or refuses this device).
  static StatusOr<std::unique_ptr<NvjpegDecoder>> Create();
  ~NvjpegDecoder();

  // Enqueues the decoding on `stream`, which must have passed what the last call enqueued. One
  // region a file. Errors: E_MEMORY.
  Status Decode(const std::vector<JpegFile>& files, cudaStream_t stream,
                std::vector<DeviceRegion>* regions);

  // Whether the hardware engine answered.
  bool hardware() const { return engine_ != nullptr; }

 private:
  // Two, so that a file's entropy decoding runs while the one before is copied to the device.
  static constexpr int kLanes = 2;
  struct Lane {
    nvjpeg::State state = nullptr;
    nvjpeg::PinnedBuffer pinned = nullptr;
    nvjpeg::DeviceBuffer device = nullptr;
    nvjpeg::Stream stream = nullptr;
    cudaEvent_t copied = nullptr;
  };

  explicit NvjpegDecoder(const nvjpeg::Api& api) : api_(api) {}
  bool Init();
  bool OpenEngine();
  bool EngineTakes(const JpegFile& file);
  // False: none of them was decoded.
  bool DecodeOnEngine(const std::vector<JpegFile>& files, const std::vector<size_t>& which,
                      const std::vector<uint8_t*>& memory, cudaStream_t stream);
  bool DecodeOne(const JpegFile& file, uint8_t* memory, cudaStream_t stream, DeviceRegion* region);

  const nvjpeg::Api& api_;
  nvjpeg::Handle engine_ = nullptr, handle_ = nullptr;
  nvjpeg::State engine_state_ = nullptr;
  nvjpeg::Stream engine_stream_ = nullptr;
  nvjpeg::Decoder decoder_ = nullptr;
  nvjpeg::Params region_params_ = nullptr, whole_params_ = nullptr;
  Lane lanes_[kLanes];
  int next_lane_ = 0;
  DeviceBytes memory_;
  size_t memory_bytes_ = 0;
};

}  // namespace saker

#endif  // SAKER_PIPELINE_CUDA_RUNTIME_NVJPEG_DECODER_H_
