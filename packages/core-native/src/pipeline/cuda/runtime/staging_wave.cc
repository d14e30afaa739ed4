#include "pipeline/cuda/runtime/staging_wave.h"

#include <utility>

#include "pipeline/fused_cuda.h"

namespace saker {
namespace {

constexpr size_t kItemsBytes = sizeof(DeviceItem) * StagingWave::kMaxItems;

}  // namespace

StatusOr<std::unique_ptr<StagingWave>> StagingWave::Create() {
  auto wave = std::make_unique<StagingWave>();
  SAKER_RETURN_IF_ERROR(wave->Grow(kBlockBytes - kItemsBytes));
  SAKER_RETURN_IF_ERROR(CudaStatus(cudaStreamCreateWithFlags(&wave->stream_, cudaStreamNonBlocking),
                                   "cudaStreamCreate"));
  // Waiting threads sleep: the processors belong to the decoders.
  SAKER_RETURN_IF_ERROR(CudaStatus(
      cudaEventCreateWithFlags(&wave->finished_, cudaEventBlockingSync | cudaEventDisableTiming),
      "cudaEventCreate"));
  wave->Clear();
  return wave;
}

StagingWave::~StagingWave() {
  if (finished_ != nullptr) static_cast<void>(cudaEventDestroy(finished_));
  if (stream_ != nullptr) static_cast<void>(cudaStreamDestroy(stream_));
}

Status StagingWave::Grow(size_t block_bytes) {
  const size_t wanted = kItemsBytes + block_bytes;
  if (wanted <= capacity_) return OkStatus();
  capacity_ = 0;
  host_.reset();
  device_.reset();
  SAKER_RETURN_IF_ERROR(AllocatePinned(wanted, &host_));
  SAKER_RETURN_IF_ERROR(AllocateDevice(wanted, &device_));
  capacity_ = wanted;
  return OkStatus();
}

int StagingWave::Reserve(const ItemPacker& packer, CudaExecutor::Done done, size_t* at,
                         size_t* workspace_at) {
  *at = used;
  *workspace_at = workspace_used;
  used += packer.block_bytes();
  workspace_used += packer.workspace_bytes();
  packer.AddTo(&shape_);
  callbacks.push_back(std::move(done));
  ++writing;
  return count++;
}

void StagingWave::AddFile(int index, JpegFile file, CudaExecutor::Fallback fallback) {
  files_.push_back(file);
  waiting_.push_back({index, std::move(fallback)});
}

Status StagingWave::DecodeFiles(std::vector<FailedFile>* failed) {
  regions_.assign(files_.size(), DeviceRegion());
  if (jpeg_ == nullptr) {
    StatusOr<std::unique_ptr<NvjpegDecoder>> made = NvjpegDecoder::Create();
    if (made.ok()) jpeg_ = std::move(*made);
  }
  if (jpeg_ != nullptr) SAKER_RETURN_IF_ERROR(jpeg_->Decode(files_, stream_, &regions_));
  for (size_t i = 0; i < files_.size(); ++i) {
    DeviceItem* at = item(waiting_[i].index);
    if (regions_[i].first != nullptr) {
      at->on_device = regions_[i].first;
      at->stride = regions_[i].stride;
      continue;
    }
    // Its output is written by the wave that the fallback stages it in.
    at->num_passes = 0;
    at->out_bytes = 0;
    callbacks[static_cast<size_t>(waiting_[i].index)] = nullptr;
    const Bytes& bytes = files_[i].bytes;
    failed->push_back({std::move(waiting_[i].fallback), {bytes.begin(), bytes.end()}});
  }
  return OkStatus();
}

Status StagingWave::Submit(std::vector<FailedFile>* failed) {
  if (!files_.empty()) SAKER_RETURN_IF_ERROR(DecodeFiles(failed));
  if (workspace_used > workspace_capacity_) {
    workspace_capacity_ = 0;
    workspace_.reset();
    SAKER_RETURN_IF_ERROR(AllocateDevice(workspace_used, &workspace_));
    workspace_capacity_ = workspace_used;
  }
  SAKER_RETURN_IF_ERROR(
      CudaStatus(cudaMemcpyAsync(device_.get(), host_.get(), used, cudaMemcpyHostToDevice, stream_),
                 "uploading a batch"));
  const WaveView view{device_.get(), workspace_.get(), count};
  SAKER_RETURN_IF_ERROR(
      CudaStatus(LaunchWave(view, shape_, stream_), "launching the pixel kernels"));
  return CudaStatus(cudaEventRecord(finished_, stream_), "cudaEventRecord");
}

void StagingWave::Drain() { static_cast<void>(cudaStreamSynchronize(stream_)); }

Status StagingWave::Wait() {
  return CudaStatus(cudaEventSynchronize(finished_), "running a batch");
}

void StagingWave::Clear() {
  count = 0;
  writing = 0;
  closed = false;
  used = kItemsBytes;
  workspace_used = 0;
  status = OkStatus();
  callbacks.clear();
  files_.clear();
  waiting_.clear();
  shape_ = WaveShape();
}

}  // namespace saker
