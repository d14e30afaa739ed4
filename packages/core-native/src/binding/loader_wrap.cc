#include "binding/loader_wrap.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "binding/batch_lease_box.h"
#include "binding/env_data.h"
#include "binding/js_values.h"
#include "binding/pipeline_wrap.h"

namespace saker {
namespace {

constexpr double kNsPerMs = 1e6;

class NextTask : public PromiseTask {
 public:
  NextTask(Napi::Env env, std::shared_ptr<Loader> loader_in)
      : PromiseTask(env), loader(std::move(loader_in)) {}

  std::shared_ptr<Loader> loader;  // its samples name the files of failed items
  NextBatch next;

  Napi::Value Value(Napi::Env env) override {
    const Napi::Object out = Napi::Object::New(env);
    out.Set("conversions", Conversions(env));
    out.Set("batch", next.lease == nullptr ? env.Null() : BatchValue(env));
    return out;
  }

 private:
  Napi::Value BatchValue(Napi::Env env) {
    const BatchSlot& slot = next.lease->slot();
    const PipelineProgram& program = *loader->options().program;
    auto box = std::make_shared<LeaseBox>();
    box->lease = std::move(next.lease);
    box->ring = loader->ring();
    box->program = loader->options().program;
    const uint32_t count = static_cast<uint32_t>(slot.count);
    const size_t bytes = box->ring->item_bytes() * count;
    const bool on_device = box->lease->on_device();
    const Napi::ArrayBuffer buffer =
        on_device ? Napi::ArrayBuffer::New(env, 0) : LeaseBuffer(env, box, bytes);
    Napi::Int32Array labels = Napi::Int32Array::New(env, count);
    Napi::Int32Array ids = Napi::Int32Array::New(env, count);
    // Nothing can be made in an environment that is being terminated.
    if (buffer.IsEmpty() || labels.Data() == nullptr || ids.Data() == nullptr)
      return env.Undefined();
    const Napi::Object out = Napi::Object::New(env);
    if (!on_device)
      out.Set("data", TypedView(env, program.dtype, buffer, bytes / program.element_bytes()));
    out.Set("shape", OutputShape(env, program, program.height, program.width, slot.count));
    out.Set("count", slot.count);
    out.Set("index", slot.batch);
    out.Set("waitMs", static_cast<double>(next.wait_ns) / kNsPerMs);
    std::copy_n(slot.labels.data(), count, labels.Data());
    std::copy_n(slot.sample_ids.data(), count, ids.Data());
    out.Set("labels", labels);
    out.Set("sampleIds", ids);
    out.Set("failures", Failures(env, slot));
    if (!SetTargets(env, slot, out)) return env.Undefined();
    out.Set("lease", WrapLease(env, box));
    return out;
  }

  // `targets`, a copy, where the batch stage ran. False in an environment that is being terminated.
  bool SetTargets(Napi::Env env, const BatchSlot& slot, Napi::Object out) const {
    if (slot.targets.data() == nullptr) return true;
    const size_t floats =
        static_cast<size_t>(slot.count) * static_cast<size_t>(loader->options().classes);
    Napi::Float32Array targets = Napi::Float32Array::New(env, floats);
    if (targets.Data() == nullptr) return false;
    std::copy_n(slot.targets.as<float>(), floats, targets.Data());
    out.Set("targets", targets);
    return true;
  }

  // [[ticket, index of the sample], ...]
  Napi::Array Conversions(Napi::Env env) const {
    const Napi::Array out = Napi::Array::New(env);
    uint32_t at = 0;
    for (const Conversion& conversion : next.conversions) {
      const Napi::Array pair = Napi::Array::New(env, 2);
      pair.Set(0u, static_cast<double>(conversion.ticket));
      pair.Set(1u, conversion.sample);
      out.Set(at++, pair);
    }
    return out;
  }

  // [[index, error], ...]
  Napi::Array Failures(Napi::Env env, const BatchSlot& slot) const {
    const Napi::Array failures = Napi::Array::New(env);
    uint32_t at = 0;
    for (int i = 0; i < slot.count; ++i) {
      if (slot.statuses[i].ok()) continue;
      const LoaderSample& sample = loader->options().samples[slot.samples[i]];
      const Napi::Array failure = Napi::Array::New(env, 2);
      const EnvData& data = *EnvData::Of(env);
      failure.Set(0u, i);
      failure.Set(1u, data.MakeError(env, slot.statuses[i], sample.path, sample.range));
      failures.Set(at++, failure);
    }
    return failures;
  }
};

ErrorCode CodeNamed(const std::string& name) {
#define SAKER_CODE_IF(enumerator, text) \
  if (name == text) return ErrorCode::enumerator;
  SAKER_ERROR_CODES(SAKER_CODE_IF)
#undef SAKER_CODE_IF
  return ErrorCode::kInternal;
}

// The values of a typed array; none for null.
template <typename T, typename Array>
std::vector<T> Numbers(const Napi::Value& js) {
  if (!js.IsTypedArray()) return {};
  const auto array = js.As<Array>();
  return {array.Data(), array.Data() + array.ElementLength()};
}

}  // namespace

Napi::Function LoaderWrap::Define(Napi::Env env) {
  return DefineClass(
      env, "NativeLoader",
      {InstanceMethod<&LoaderWrap::StartEpoch>("startEpoch"),
       InstanceMethod<&LoaderWrap::CancelEpoch>("cancelEpoch"),
       InstanceMethod<&LoaderWrap::Next>("next"), InstanceMethod<&LoaderWrap::Convert>("convert"),
       InstanceMethod<&LoaderWrap::Stats>("stats"), InstanceMethod<&LoaderWrap::Close>("close")});
}

LoaderWrap::LoaderWrap(const Napi::CallbackInfo& info) : Napi::ObjectWrap<LoaderWrap>(info) {
  const PipelineWrap* pipeline = PipelineWrap::Unwrap(info[0].As<Napi::Object>());
  const auto paths = info[1].As<Napi::Array>();
  const auto labels = info[2].As<Napi::Int32Array>();
  const auto ids = info[3].As<Napi::Int32Array>();
  const auto settings = info[4].As<Napi::Object>();
  const Napi::Value ranges = settings.Get("ranges");
  LoaderOptions options;
  options.program = pipeline->program();
  options.limits = pipeline->limits();
  options.samples.resize(paths.Length());
  for (uint32_t i = 0; i < paths.Length(); ++i) {
    const Napi::HandleScope scope(info.Env());
    options.samples[i] = {paths.Get(i).As<Napi::String>().Utf8Value(), labels[i], ids[i]};
  }
  if (ranges.IsTypedArray()) {
    const auto numbers = ranges.As<Napi::Float64Array>();
    for (uint32_t i = 0; i < paths.Length(); ++i) {
      options.samples[i].range = {static_cast<int64_t>(numbers[2 * i]),
                                  static_cast<int64_t>(numbers[2 * i + 1])};
    }
  }
  options.batch_size = static_cast<int>(Int64Member(settings, "batchSize", 1));
  options.shuffle = settings.Get("shuffle").ToBoolean();
  options.drop_last = settings.Get("dropLast").ToBoolean();
  options.rank = static_cast<uint32_t>(Int64Member(settings, "rank", 0));
  options.world_size = static_cast<uint32_t>(Int64Member(settings, "worldSize", 1));
  options.seed = static_cast<uint64_t>(Int64Member(settings, "seed", 0));
  options.threads = static_cast<int>(Int64Member(settings, "threads", 1));
  options.prefetch = static_cast<int>(Int64Member(settings, "prefetch", 3));
  options.classes = static_cast<int32_t>(Int64Member(settings, "numClasses", 1));
  options.label_lists = {Numbers<int32_t, Napi::Int32Array>(settings.Get("labelOffsets")),
                         Numbers<int32_t, Napi::Int32Array>(settings.Get("labelLists"))};
  options.weights = Numbers<double, Napi::Float64Array>(settings.Get("weights"));
  options.decode_only = settings.Get("decodeOnly").ToBoolean();
  options.library_only = settings.Get("decodeOnly").IsString();
  options.cuda = settings.Get("cuda").ToBoolean();
  options.nvjpeg = options.cuda && settings.Get("nvjpeg").ToBoolean();
  if (options.nvjpeg) {
    // nvJPEG decodes at full resolution, and the CPU decodes the same regions where it steps in.
    auto program = std::make_shared<PipelineProgram>(*options.program);
    program->dct_scaling = DctScaling::kOff;
    options.program = std::move(program);
  }
  options.convert = true;
  const Napi::Value cache = settings.Get("cache");
  if (cache.IsObject()) {
    const auto object = cache.As<Napi::Object>();
    const bool decoded = object.Get("kind").As<Napi::String>().Utf8Value() == "decoded";
    options.cache = decoded ? CacheKind::kDecoded : CacheKind::kEncoded;
    options.cache_bytes = Int64Member(object, "bytes", 0);
  }
  StatusOr<std::unique_ptr<Loader>> loader = Loader::Create(std::move(options));
  if (!loader.ok()) {
    EnvData::Of(info.Env())->Throw(info.Env(), loader.status());
    return;
  }
  loader_ = std::move(*loader);
  // A loader whose environment ends must stop waiting threads before EnvData waits for open
  // promises; hooks run in reverse order of being added, so this one comes first.
  napi_add_env_cleanup_hook(info.Env(), &LoaderWrap::OnEnvironmentEnd, this);
}

LoaderWrap::~LoaderWrap() {
  if (loader_ == nullptr) return;
  napi_remove_env_cleanup_hook(Env(), &LoaderWrap::OnEnvironmentEnd, this);
}

void LoaderWrap::OnEnvironmentEnd(void* self) { static_cast<LoaderWrap*>(self)->loader_->Stop(); }

Napi::Value LoaderWrap::StartEpoch(const Napi::CallbackInfo& info) {
  const uint32_t epoch = info[0].As<Napi::Number>().Uint32Value();
  const uint32_t first = info[1].As<Napi::Number>().Uint32Value();
  return Napi::Number::New(info.Env(), static_cast<double>(loader_->StartEpoch(epoch, first)));
}

Napi::Value LoaderWrap::CancelEpoch(const Napi::CallbackInfo& info) {
  loader_->CancelEpoch(static_cast<uint64_t>(info[0].As<Napi::Number>().Int64Value()));
  return info.Env().Undefined();
}

Napi::Value LoaderWrap::Next(const Napi::CallbackInfo& info) {
  EnvData* data = EnvData::Of(info.Env());
  auto task = std::make_unique<NextTask>(info.Env(), loader_);
  NextTask* raw = task.get();
  const Napi::Promise promise = data->Begin(std::move(task));
  const auto run = static_cast<uint64_t>(info[0].As<Napi::Number>().Int64Value());
  loader_->Next(run, [raw, bridge = data->bridge()](NextBatch next) {
    raw->status = next.status;
    raw->next = std::move(next);
    bridge->Complete(raw);
  });
  return promise;
}

Napi::Value LoaderWrap::Convert(const Napi::CallbackInfo& info) {
  const auto ticket = static_cast<uint64_t>(info[0].As<Napi::Number>().Int64Value());
  std::vector<uint8_t> bytes;
  Status status;
  if (info[1].IsTypedArray()) {
    const auto array = info[1].As<Napi::Uint8Array>();
    bytes.assign(array.Data(), array.Data() + array.ByteLength());
  } else if (info[1].IsString()) {
    status = Status(CodeNamed(info[1].As<Napi::String>().Utf8Value()),
                    info[2].As<Napi::String>().Utf8Value());
  }
  loader_->Convert(ticket, std::move(bytes), std::move(status));
  return info.Env().Undefined();
}

Napi::Value LoaderWrap::Stats(const Napi::CallbackInfo& info) {
  const LoaderStats stats = loader_->stats();
  const Napi::Object out = Napi::Object::New(info.Env());
  out.Set("images", static_cast<double>(stats.images));
  out.Set("failed", static_cast<double>(stats.failed));
  out.Set("batches", static_cast<double>(stats.batches));
  out.Set("waitMs", static_cast<double>(stats.wait_ns) / kNsPerMs);
  out.Set("blockedMs", static_cast<double>(stats.blocked_ns) / kNsPerMs);
  out.Set("readMs", static_cast<double>(stats.stages.read_ns) / kNsPerMs);
  out.Set("decodeMs", static_cast<double>(stats.stages.decode_ns) / kNsPerMs);
  out.Set("nvjpegSent", static_cast<double>(stats.nvjpeg_sent));
  out.Set("nvjpegFallbacks", static_cast<double>(stats.nvjpeg_fallbacks));
  out.Set("pixelMs", static_cast<double>(stats.stages.pixel_ns) / kNsPerMs);
  out.Set("elapsedMs", static_cast<double>(stats.active_ns) / kNsPerMs);
  out.Set("recentImagesPerSecond", stats.recent_per_second);
  out.Set("cacheHits", static_cast<double>(stats.cache_hits));
  out.Set("cachePictures", static_cast<double>(stats.cache_pictures));
  out.Set("cacheBytes", static_cast<double>(stats.cache_bytes));
  out.Set("slots", stats.slots);
  out.Set("slotsFilling", stats.filling);
  out.Set("slotsReady", stats.ready);
  out.Set("slotsHeld", stats.leased);
  return out;
}

Napi::Value LoaderWrap::Close(const Napi::CallbackInfo& info) {
  loader_->Stop();
  return info.Env().Undefined();
}

Napi::Value ReleaseBatchCall(const Napi::CallbackInfo& info) {
  const SharedLeaseBox box = UnwrapLease(info[0]);
  if (box == nullptr || box->lease == nullptr) return info.Env().Undefined();
  if (info[1].IsArrayBuffer()) napi_detach_arraybuffer(info.Env(), info[1]);
  box->lease.reset();
  return info.Env().Undefined();
}

Napi::Value BatchToDlpackCall(const Napi::CallbackInfo& info) {
  const SharedLeaseBox box = UnwrapLease(info[0]);
  if (box == nullptr || box->lease == nullptr) {
    return EnvData::Of(info.Env())
        ->Throw(info.Env(), Status(ErrorCode::kClosed, "the batch was released"));
  }
  return LeaseToDlpack(info.Env(), *box);
}

}  // namespace saker
