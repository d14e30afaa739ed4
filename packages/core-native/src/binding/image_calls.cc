#include "binding/image_calls.h"

#include <cstring>
#include <memory>
#include <utility>

#include "binding/env_data.h"
#include "binding/js_values.h"
#include "codec/orient.h"
#include "loader/work_pool.h"

namespace saker {
namespace {

class ImageTask : public PromiseTask {
 public:
  using PromiseTask::PromiseTask;

  JsSource source;
  CodecLimits limits;
  ImageInfo info;

  // Runs `body` with the picture's bytes after a successful Probe.
  template <class Body>
  void Run(SampleScratch* scratch, Body&& body) {
    Bytes bytes;
    StageTimes times;
    status = OpenSource(source.source(), limits, scratch, &bytes, &times);
    if (status.ok()) status = Probe(bytes, limits, &info);
    if (status.ok()) status = body(bytes);
    scratch->file.Close();
  }
};

class ProbeTask : public ImageTask {
 public:
  using ImageTask::ImageTask;

  Napi::Value Value(Napi::Env env) override {
    const Napi::Object out = Napi::Object::New(env);
    out.Set("format", ImageFormatName(info.format));
    out.Set("width", info.oriented_width());
    out.Set("height", info.oriented_height());
    out.Set("storedWidth", info.width);
    out.Set("storedHeight", info.height);
    out.Set("channels", info.channels);
    out.Set("bitDepth", info.bit_depth);
    out.Set("orientation", info.orientation);
    out.Set("hasAlpha", info.has_alpha);
    return out;
  }
};

class DecodeTask : public ImageTask {
 public:
  using ImageTask::ImageTask;

  std::unique_ptr<AlignedBuffer> pixels = std::make_unique<AlignedBuffer>();
  size_t size = 0;

  Status Fill(Bytes bytes, SampleScratch* scratch) {
    DecodedImage image;
    const DecodeRequest request{{0, 0, info.width, info.height}, 1, 3};
    SAKER_RETURN_IF_ERROR(Decode(bytes, info, request, &scratch->decode, &image, limits));
    SAKER_RETURN_IF_ERROR(OrientImage(&image, info.orientation, &scratch->decode));
    size = image.view.stride * image.view.height;
    if (!pixels->Reserve(size))
      return Status(ErrorCode::kMemory, "no memory for the decoded picture");
    std::memcpy(pixels->data(), image.view.data, size);
    return OkStatus();
  }

  Napi::Value Value(Napi::Env env) override {
    const Napi::Object out = Napi::Object::New(env);
    const Napi::ArrayBuffer buffer = AdoptBuffer(env, std::move(pixels), size);
    out.Set("data", TypedView(env, OutputDtype::kU8, buffer, size));
    out.Set("width", info.oriented_width());
    out.Set("height", info.oriented_height());
    out.Set("channels", 3);
    return out;
  }
};

template <class Task>
std::unique_ptr<Task> MakeImageTask(const Napi::CallbackInfo& info) {
  auto task = std::make_unique<Task>(info.Env());
  task->source = ReadSource(info[0], task.get());
  task->file = task->source.path;
  task->range = task->source.range;
  task->limits = ReadLimits(info[1].As<Napi::Object>());
  return task;
}

}  // namespace

Napi::Value ProbeCall(const Napi::CallbackInfo& info) {
  EnvData* data = EnvData::Of(info.Env());
  auto task = MakeImageTask<ProbeTask>(info);
  ProbeTask* raw = task.get();
  const Napi::Promise promise = data->Begin(std::move(task));
  WorkPool::Shared().Submit([raw, bridge = data->bridge()](SampleScratch* scratch) {
    if (!bridge->closed()) raw->Run(scratch, [](Bytes) { return OkStatus(); });
    bridge->Complete(raw);
  });
  return promise;
}

Napi::Value DecodeCall(const Napi::CallbackInfo& info) {
  EnvData* data = EnvData::Of(info.Env());
  auto task = MakeImageTask<DecodeTask>(info);
  DecodeTask* raw = task.get();
  const Napi::Promise promise = data->Begin(std::move(task));
  WorkPool::Shared().Submit([raw, bridge = data->bridge()](SampleScratch* scratch) {
    if (!bridge->closed())
      raw->Run(scratch, [&](Bytes bytes) { return raw->Fill(bytes, scratch); });
    bridge->Complete(raw);
  });
  return promise;
}

}  // namespace saker
