#include "pipeline/cuda/executor.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "pipeline/cuda/runtime/cuda_status.h"
#include "pipeline/cuda/runtime/staging_wave.h"

namespace saker {
namespace {

// One being staged, one being uploaded, one being computed.
constexpr int kWaves = 3;

class RuntimeExecutor : public CudaExecutor {
 public:
  Status Init() {
    for (int i = 0; i < kWaves; ++i) {
      StatusOr<std::unique_ptr<StagingWave>> wave = StagingWave::Create();
      if (!wave.ok()) return wave.status();
      idle_.push_back(wave->get());
      waves_.push_back(std::move(*wave));
    }
    std::thread([this] { Complete(); }).detach();
    return OkStatus();
  }

  Status Run(const SamplePlan& plan, const DecodedImage& image, void* out, ItemPacker* packer,
             Done done) override {
    SAKER_RETURN_IF_ERROR(packer->Prepare(plan, image));
    return Stage(*packer, std::move(done), [&](const Place& place) {
      packer->Write(plan, image, out, place.wave->block(), place.at, place.workspace_at,
                    place.wave->item(place.index));
    });
  }

  bool DecodesJpeg() override {
    std::call_once(jpeg_checked_, [this] { decodes_jpeg_ = NvjpegDecoder::Create().ok(); });
    return decodes_jpeg_;
  }

  Status RunJpeg(const SamplePlan& plan, const ImageInfo& info, Bytes file, void* out,
                 ItemPacker* packer, Done done, Fallback fallback) override {
    SAKER_RETURN_IF_ERROR(packer->PrepareFile(plan, file.size()));
    return Stage(*packer, std::move(done), [&](const Place& place) {
      uint8_t* block = place.wave->block();
      packer->WriteFile(plan, file, out, block, place.at, place.workspace_at,
                        place.wave->item(place.index));
      JpegFile staged;
      staged.bytes = Bytes(block + place.at + packer->file_offset(), file.size());
      staged.width = info.width;
      staged.height = info.height;
      staged.region = plan.decode.region;
      const std::lock_guard<std::mutex> lock(mutex_);
      place.wave->AddFile(place.index, staged, std::move(fallback));
    });
  }

  Status Zero(void* out, size_t bytes, Done done) override {
    ItemPacker packer;
    packer.PrepareZero(bytes);
    return Stage(packer, std::move(done), [&](const Place& place) {
      packer.WriteZero(out, bytes, place.wave->item(place.index));
    });
  }

  void Flush() override {
    StagingWave* ready = nullptr;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      ready = CloseLocked();
    }
    Submit(ready);
  }

  StatusOr<std::shared_ptr<CudaMemory>> Allocate(size_t bytes) override {
    DeviceBytes memory;
    SAKER_RETURN_IF_ERROR(AllocateDevice(bytes, &memory));
    auto owner = std::make_shared<CudaMemory>(memory.get(), bytes);
    static_cast<void>(memory.release());
    return owner;
  }

  Status Download(const void* from, void* to, size_t bytes) override {
    return CudaStatus(cudaMemcpy(to, from, bytes, cudaMemcpyDeviceToHost), "downloading a batch");
  }

 private:
  struct Place {
    StagingWave* wave = nullptr;
    int index = 0;
    size_t at = 0, workspace_at = 0;
  };

  // Finds a place, lets `write` fill it, and sends the wave off when that was its last missing
  // item.
  template <class F>
  Status Stage(const ItemPacker& packer, Done done, F&& write) {
    Place place;
    SAKER_RETURN_IF_ERROR(Take(packer, std::move(done), &place));
    write(place);
    StagingWave* ready = nullptr;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (--place.wave->writing == 0 && place.wave->closed) ready = place.wave;
    }
    Submit(ready);
    return OkStatus();
  }

  Status Take(const ItemPacker& packer, Done done, Place* place) {
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      if (open_ != nullptr && open_->Fits(packer.block_bytes())) break;
      if (StagingWave* ready = CloseLocked(); ready != nullptr) {
        lock.unlock();
        Submit(ready);
        lock.lock();
        continue;
      }
      if (!idle_.empty()) {
        open_ = idle_.front();
        idle_.pop_front();
        const Status grown = open_->Grow(packer.block_bytes());
        if (!grown.ok()) {
          idle_.push_back(std::exchange(open_, nullptr));
          return grown;
        }
        continue;
      }
      changed_.wait(lock);
    }
    place->wave = open_;
    place->index = open_->Reserve(packer, std::move(done), &place->at, &place->workspace_at);
    return OkStatus();
  }

  // Closes the wave being staged. Returns it when all its items are written; otherwise the thread
  // that writes the last one submits it.
  StagingWave* CloseLocked() {
    StagingWave* wave = open_;
    if (wave == nullptr || wave->count == 0) return nullptr;
    open_ = nullptr;
    wave->closed = true;
    return wave->writing == 0 ? wave : nullptr;
  }

  void Submit(StagingWave* wave) {
    if (wave == nullptr) return;
    std::vector<StagingWave::FailedFile> failed;
    wave->status = wave->Submit(&failed);
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      running_.push_back(wave);
      submitted_.notify_one();
    }
    if (failed.empty()) return;
    for (StagingWave::FailedFile& file : failed) file.fallback(std::move(file.bytes));
    // Whoever flushed counts on everything being on its way.
    Flush();
  }

  // The completion thread: waves in the order of their submission.
  void Complete() {
    for (;;) {
      StagingWave* wave = nullptr;
      {
        std::unique_lock<std::mutex> lock(mutex_);
        submitted_.wait(lock, [this] { return !running_.empty(); });
        wave = running_.front();
        running_.pop_front();
      }
      if (!wave->status.ok()) wave->Drain();
      const Status status = wave->status.ok() ? wave->Wait() : wave->status;
      const std::vector<Done> callbacks = std::move(wave->callbacks);
      {
        // The next wave may be staged while the callbacks of this one run.
        const std::lock_guard<std::mutex> lock(mutex_);
        wave->Clear();
        idle_.push_back(wave);
        changed_.notify_all();
      }
      for (const Done& done : callbacks) {
        if (done) done(status);
      }
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;    // a wave became idle
  std::condition_variable submitted_;  // a wave is running
  std::vector<std::unique_ptr<StagingWave>> waves_;
  std::deque<StagingWave*> idle_, running_;
  StagingWave* open_ = nullptr;
  std::once_flag jpeg_checked_;
  bool decodes_jpeg_ = false;
};

}  // namespace

CudaCapabilities GetCudaCapabilities() {
  CudaCapabilities out;
  out.built = true;
  const StatusOr<nvjpeg::Api>& jpeg = nvjpeg::Load();
  out.nvjpeg = jpeg.ok();
  if (jpeg.ok()) {
    out.nvjpeg_version = jpeg->version;
  } else {
    out.nvjpeg_reason = jpeg.status().detail();
  }
  int count = 0;
  const cudaError_t error = cudaGetDeviceCount(&count);
  if (error != cudaSuccess || count == 0) {
    out.reason = error != cudaSuccess ? cudaGetErrorString(error) : "no CUDA device";
    static_cast<void>(cudaGetLastError());
    return out;
  }
  for (int i = 0; i < count; ++i) {
    cudaDeviceProp properties;
    if (cudaGetDeviceProperties(&properties, i) != cudaSuccess) continue;
    out.devices.push_back({properties.name, properties.major, properties.minor,
                           static_cast<int64_t>(properties.totalGlobalMem)});
  }
  if (out.devices.empty() || out.devices[0].major < 8) {
    out.reason = "device 0 has a compute capability below 8.0, the lowest this build has code for";
    return out;
  }
  out.available = true;
  return out;
}

CudaMemory::~CudaMemory() { static_cast<void>(cudaFree(data_)); }

StatusOr<CudaExecutor*> CudaExecutor::Shared() {
  static std::mutex mutex;
  static RuntimeExecutor* executor = nullptr;
  const std::lock_guard<std::mutex> lock(mutex);
  if (executor == nullptr) {
    const CudaCapabilities capabilities = GetCudaCapabilities();
    if (!capabilities.available) return Status(ErrorCode::kCudaNoDevice, capabilities.reason);
    auto made = std::make_unique<RuntimeExecutor>();
    SAKER_RETURN_IF_ERROR(made->Init());
    executor = made.release();
  }
  return executor;
}

}  // namespace saker
