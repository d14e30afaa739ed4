#include "pipeline/cuda/runtime/nvjpeg_decoder.h"

#include <algorithm>

namespace saker {
namespace {

using nvjpeg::kSuccess;

constexpr size_t kAlignment = 256;

size_t FrameBytes(const JpegFile& file) {
  const size_t bytes = static_cast<size_t>(file.width) * static_cast<size_t>(file.height) * 3;
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

DeviceRegion RegionOf(const JpegFile& file, const uint8_t* frame) {
  const int64_t stride = static_cast<int64_t>(file.width) * 3;
  return {frame + file.region.y * stride + static_cast<int64_t>(file.region.x) * 3, stride};
}

}  // namespace

StatusOr<std::unique_ptr<NvjpegDecoder>> NvjpegDecoder::Create() {
  const StatusOr<nvjpeg::Api>& api = nvjpeg::Load();
  if (!api.ok()) return api.status();
  std::unique_ptr<NvjpegDecoder> decoder(new NvjpegDecoder(*api));
  if (!decoder->Init()) {
    return Status(ErrorCode::kCudaFailed,
                  "nvJPEG " + api->version + " does not start on this device");
  }
  return decoder;
}

bool NvjpegDecoder::OpenEngine() {
  return api_.CreateEx(nvjpeg::kBackendHardware, nullptr, nullptr, api_.flags, &engine_) ==
             kSuccess &&
         api_.StateCreate(engine_, &engine_state_) == kSuccess &&
         api_.StreamCreate(engine_, &engine_stream_) == kSuccess;
}

bool NvjpegDecoder::Init() {
  if (!OpenEngine()) {
    if (engine_stream_ != nullptr) api_.StreamDestroy(engine_stream_);
    if (engine_state_ != nullptr) api_.StateDestroy(engine_state_);
    if (engine_ != nullptr) api_.Destroy(engine_);
    engine_ = nullptr;
    engine_state_ = nullptr;
    engine_stream_ = nullptr;
  }
  const int backend = nvjpeg::kBackendDefault, format = nvjpeg::kInterleavedRgb;
  bool ok = api_.CreateEx(backend, nullptr, nullptr, api_.flags, &handle_) == kSuccess &&
            api_.DecoderCreate(handle_, backend, &decoder_) == kSuccess &&
            api_.ParamsCreate(handle_, &region_params_) == kSuccess &&
            api_.ParamsCreate(handle_, &whole_params_) == kSuccess &&
            api_.ParamsSetFormat(region_params_, format) == kSuccess &&
            api_.ParamsSetFormat(whole_params_, format) == kSuccess;
  for (Lane& lane : lanes_) {
    ok = ok && api_.DecoderStateCreate(handle_, decoder_, &lane.state) == kSuccess &&
         api_.PinnedCreate(handle_, nullptr, &lane.pinned) == kSuccess &&
         api_.DeviceCreate(handle_, nullptr, &lane.device) == kSuccess &&
         api_.AttachPinned(lane.state, lane.pinned) == kSuccess &&
         api_.AttachDevice(lane.state, lane.device) == kSuccess &&
         api_.StreamCreate(handle_, &lane.stream) == kSuccess &&
         cudaEventCreateWithFlags(&lane.copied, cudaEventBlockingSync | cudaEventDisableTiming) ==
             cudaSuccess;
  }
  return ok;
}

NvjpegDecoder::~NvjpegDecoder() {
  for (Lane& lane : lanes_) {
    if (lane.copied != nullptr) static_cast<void>(cudaEventDestroy(lane.copied));
    if (lane.stream != nullptr) api_.StreamDestroy(lane.stream);
    if (lane.state != nullptr) api_.StateDestroy(lane.state);
    if (lane.pinned != nullptr) api_.PinnedDestroy(lane.pinned);
    if (lane.device != nullptr) api_.DeviceDestroy(lane.device);
  }
  if (region_params_ != nullptr) api_.ParamsDestroy(region_params_);
  if (whole_params_ != nullptr) api_.ParamsDestroy(whole_params_);
  if (decoder_ != nullptr) api_.DecoderDestroy(decoder_);
  if (handle_ != nullptr) api_.Destroy(handle_);
  if (engine_stream_ != nullptr) api_.StreamDestroy(engine_stream_);
  if (engine_state_ != nullptr) api_.StateDestroy(engine_state_);
  if (engine_ != nullptr) api_.Destroy(engine_);
}

bool NvjpegDecoder::EngineTakes(const JpegFile& file) {
  int refused = 1;
  return engine_ != nullptr &&
         api_.StreamParse(engine_, file.bytes.data(), file.bytes.size(), 0, 0, engine_stream_) ==
             kSuccess &&
         api_.BatchedSupported(engine_, engine_stream_, &refused) == kSuccess && refused == 0;
}

bool NvjpegDecoder::DecodeOnEngine(const std::vector<JpegFile>& files,
                                   const std::vector<size_t>& which,
                                   const std::vector<uint8_t*>& memory, cudaStream_t stream) {
  std::vector<const unsigned char*> data;
  std::vector<size_t> sizes;
  std::vector<nvjpeg::Image> images;
  for (const size_t i : which) {
    data.push_back(files[i].bytes.data());
    sizes.push_back(files[i].bytes.size());
    images.push_back({{memory[i]}, {static_cast<size_t>(files[i].width) * 3}});
  }
  const int count = static_cast<int>(which.size());
  return api_.BatchedInitialize(engine_, engine_state_, count, 1, nvjpeg::kInterleavedRgb) ==
             kSuccess &&
         api_.DecodeBatched(engine_, engine_state_, data.data(), sizes.data(), images.data(),
                            stream) == kSuccess;
}

bool NvjpegDecoder::DecodeOne(const JpegFile& file, uint8_t* memory, cudaStream_t stream,
                              DeviceRegion* region) {
  Lane& lane = lanes_[next_lane_];
  next_lane_ = (next_lane_ + 1) % kLanes;
  // The lane's pinned buffer is being read until then.
  if (cudaEventSynchronize(lane.copied) != cudaSuccess) return false;
  unsigned int width = 0, height = 0;
  if (api_.StreamParse(handle_, file.bytes.data(), file.bytes.size(), 0, 0, lane.stream) !=
          kSuccess ||
      api_.StreamSize(lane.stream, &width, &height) != kSuccess ||
      width != static_cast<unsigned int>(file.width) ||
      height != static_cast<unsigned int>(file.height)) {
    return false;
  }
  const Rect& r = file.region;
  int refused = 1;
  const bool by_region =
      api_.ParamsSetRoi(region_params_, r.x, r.y, r.width, r.height) == kSuccess &&
      api_.DecoderSupported(decoder_, lane.stream, region_params_, &refused) == kSuccess &&
      refused == 0;
  refused = 1;
  if (!by_region &&
      (api_.DecoderSupported(decoder_, lane.stream, whole_params_, &refused) != kSuccess ||
       refused != 0)) {
    return false;
  }
  const nvjpeg::Params params = by_region ? region_params_ : whole_params_;
  const size_t stride = static_cast<size_t>(by_region ? r.width : file.width) * 3;
  nvjpeg::Image image = {{memory}, {stride}};
  const bool ok =
      api_.DecodeHost(handle_, decoder_, lane.state, params, lane.stream) == kSuccess &&
      api_.DecodeTransfer(handle_, decoder_, lane.state, lane.stream, stream) == kSuccess &&
      cudaEventRecord(lane.copied, stream) == cudaSuccess &&
      api_.DecodeDevice(handle_, decoder_, lane.state, &image, stream) == kSuccess;
  if (!ok) return false;
  *region = by_region ? DeviceRegion{memory, static_cast<int64_t>(stride)} : RegionOf(file, memory);
  return true;
}

Status NvjpegDecoder::Decode(const std::vector<JpegFile>& files, cudaStream_t stream,
                             std::vector<DeviceRegion>* regions) {
  regions->assign(files.size(), DeviceRegion());
  size_t total = 0;
  for (const JpegFile& file : files) total += FrameBytes(file);
  if (total > memory_bytes_) {
    memory_bytes_ = 0;
    memory_.reset();
    SAKER_RETURN_IF_ERROR(AllocateDevice(total, &memory_));
    memory_bytes_ = total;
  }
  std::vector<uint8_t*> memory;
  std::vector<size_t> on_engine;
  uint8_t* at = memory_.get();
  for (size_t i = 0; i < files.size(); ++i) {
    memory.push_back(at);
    at += FrameBytes(files[i]);
    unsigned int width = 0, height = 0;
    if (!EngineTakes(files[i]) || api_.StreamSize(engine_stream_, &width, &height) != kSuccess)
      continue;
    const bool same = width == static_cast<unsigned int>(files[i].width) &&
                      height == static_cast<unsigned int>(files[i].height);
    if (same) on_engine.push_back(i);
  }
  if (!on_engine.empty() && DecodeOnEngine(files, on_engine, memory, stream)) {
    for (const size_t i : on_engine) (*regions)[i] = RegionOf(files[i], memory[i]);
  }
  for (size_t i = 0; i < files.size(); ++i) {
    if ((*regions)[i].first == nullptr) DecodeOne(files[i], memory[i], stream, &(*regions)[i]);
  }
  return OkStatus();
}

}  // namespace saker
