#include "binding/pipeline_wrap.h"

#include <string>
#include <utility>
#include <vector>

#include "binding/env_data.h"
#include "binding/js_values.h"
#include "binding/plan_to_js.h"
#include "binding/program_from_js.h"
#include "loader/work_pool.h"

namespace saker {
namespace {

SampleKey KeyFrom(const Napi::Object& options) {
  SampleKey key;
  key.seed = static_cast<uint64_t>(Int64Member(options, "seed", 0));
  key.epoch = static_cast<uint32_t>(Int64Member(options, "epoch", 0));
  key.sample_id = static_cast<uint32_t>(Int64Member(options, "sampleId", 0));
  return key;
}

ExecutorKind KindFrom(const Napi::Object& options) {
  return options.Get("reference").ToBoolean() ? ExecutorKind::kReference : ExecutorKind::kFused;
}

// Descriptors that one batch keeps open.
constexpr int kMostOpenFiles = 16;

// The program is held here, so a pipeline may be collected while it runs.
struct RunContext {
  std::shared_ptr<const PipelineProgram> program;
  SampleJob job;

  RunContext(std::shared_ptr<const PipelineProgram> p, const CodecLimits& limits, ExecutorKind kind)
      : program(std::move(p)), job{program.get(), limits, kind} {}
};

class RunImageTask : public PromiseTask {
 public:
  RunImageTask(Napi::Env env, RunContext run_context)
      : PromiseTask(env), context(std::move(run_context)) {}

  RunContext context;
  JsSource source;
  SampleKey key;
  int width = 0, height = 0;  // of one view
  size_t size = 0;
  // Given pixels instead of a file: `source` then holds u8 HWC pixels of this size.
  bool is_pixels = false;
  ImageInfo pixels_info;
  std::unique_ptr<AlignedBuffer> pixels = std::make_unique<AlignedBuffer>();

  Status Run(SampleScratch* scratch) {
    if (is_pixels) return RunPixels(scratch);
    Bytes bytes;
    StageTimes times;
    ImageInfo info;
    SAKER_RETURN_IF_ERROR(
        OpenSource(source.source(), context.job.limits, scratch, &bytes, &times));
    SAKER_RETURN_IF_ERROR(PlanSample(context.job, bytes, key, &info, scratch));
    SAKER_RETURN_IF_ERROR(ReserveFor(scratch->plans));
    return RunPlans(context.job, bytes, info, {pixels->data(), size}, scratch, &times);
  }

  Status ReserveFor(const std::vector<SamplePlan>& plans) {
    size = OutputBytes(plans);
    width = plans.front().width();
    height = plans.front().height();
    if (!pixels->Reserve(size)) return Status(ErrorCode::kMemory, "no memory for the output");
    return OkStatus();
  }

  Status RunPixels(SampleScratch* scratch) {
    SAKER_RETURN_IF_ERROR(PlanViews(*context.program, pixels_info, key, &scratch->plans));
    SAKER_RETURN_IF_ERROR(ReserveFor(scratch->plans));
    const int channels = pixels_info.channels;
    DecodedImage image;
    image.view = {source.bytes.data(), pixels_info.width, pixels_info.height, channels,
                  static_cast<size_t>(pixels_info.width) * static_cast<size_t>(channels)};
    image.full_width = pixels_info.width;
    image.full_height = pixels_info.height;
    uint8_t* out = pixels->data();
    for (const SamplePlan& plan : scratch->plans) {
      SAKER_RETURN_IF_ERROR(Execute(plan, image, &scratch->executor, {out, plan.output_bytes()},
                                    context.job.executor));
      out += plan.output_bytes();
    }
    return OkStatus();
  }

  Napi::Value Value(Napi::Env env) override {
    const PipelineProgram& program = *context.program;
    const Napi::Object out = Napi::Object::New(env);
    const Napi::ArrayBuffer buffer = AdoptBuffer(env, std::move(pixels), size);
    out.Set("data", TypedView(env, program.dtype, buffer, size / program.element_bytes()));
    out.Set("shape", OutputShape(env, program, height, width, -1));
    return out;
  }
};

class RunBatchTask : public PromiseTask {
 public:
  RunBatchTask(Napi::Env env, RunContext run_context)
      : PromiseTask(env), context(std::move(run_context)) {}

  RunContext context;
  std::vector<JsSource> sources;
  OpenFiles files{kMostOpenFiles};  // of ranges, while the batch runs
  std::vector<uint32_t> sample_ids;
  std::vector<Status> statuses;
  SampleKey key;
  uint8_t* out = nullptr;
  size_t item_bytes = 0;

  void RunItem(int i, SampleScratch* scratch) {
    SampleKey item_key = key;
    item_key.sample_id = sample_ids[i];
    StageTimes times;
    statuses[i] = RunSample(context.job, sources[i].source(&files), item_key,
                            {out + item_bytes * i, item_bytes}, scratch, &times);
  }

  // [[index, error], ...] of the items that failed.
  Napi::Value Value(Napi::Env env) override {
    const Napi::Array failures = Napi::Array::New(env);
    uint32_t count = 0;
    for (uint32_t i = 0; i < statuses.size(); ++i) {
      if (statuses[i].ok()) continue;
      const Napi::Array failure = Napi::Array::New(env, 2);
      const JsSource& source = sources[i];
      failure.Set(0u, i);
      failure.Set(1u, EnvData::Of(env)->MakeError(env, statuses[i], source.path, source.range));
      failures.Set(count++, failure);
    }
    return failures;
  }
};

}  // namespace

Napi::Function PipelineWrap::Define(Napi::Env env) {
  return DefineClass(env, "NativePipeline",
                     {InstanceMethod<&PipelineWrap::Shape>("shape"),
                      InstanceMethod<&PipelineWrap::RunImage>("runImage"),
                      InstanceMethod<&PipelineWrap::RunPixels>("runPixels"),
                      InstanceMethod<&PipelineWrap::RunBatch>("runBatch"),
                      InstanceMethod<&PipelineWrap::Plan>("plan")});
}

PipelineWrap::PipelineWrap(const Napi::CallbackInfo& info) : Napi::ObjectWrap<PipelineWrap>(info) {
  StatusOr<PipelineProgram> program = ProgramFromJs(info[0].As<Napi::Object>());
  if (!program.ok()) {
    EnvData::Of(info.Env())->Throw(info.Env(), program.status());
    return;
  }
  program_ = std::make_shared<const PipelineProgram>(std::move(*program));
  limits_ = ReadLimits(info[1].As<Napi::Object>());
}

Napi::Value PipelineWrap::Shape(const Napi::CallbackInfo& info) {
  const Napi::Object out = Napi::Object::New(info.Env());
  out.Set("channels", program_->channels);
  out.Set("height", program_->height);
  out.Set("width", program_->width);
  if (program_->views > 1) out.Set("views", program_->views);
  return out;
}

namespace {

// Runs `task` on a thread of the pool and settles its promise.
Napi::Value Start(EnvData* data, std::unique_ptr<RunImageTask> task) {
  RunImageTask* raw = task.get();
  const Napi::Promise promise = data->Begin(std::move(task));
  WorkPool::Shared().Submit([raw, bridge = data->bridge()](SampleScratch* scratch) {
    if (!bridge->closed()) {
      raw->status = raw->Run(scratch);
      scratch->file.Close();
    }
    bridge->Complete(raw);
  });
  return promise;
}

}  // namespace

Napi::Value PipelineWrap::RunImage(const Napi::CallbackInfo& info) {
  const auto options = info[1].As<Napi::Object>();
  auto task =
      std::make_unique<RunImageTask>(info.Env(), RunContext(program_, limits_, KindFrom(options)));
  task->source = ReadSource(info[0], task.get());
  task->file = task->source.path;
  task->range = task->source.range;
  task->key = KeyFrom(options);
  return Start(EnvData::Of(info.Env()), std::move(task));
}

Napi::Value PipelineWrap::RunPixels(const Napi::CallbackInfo& info) {
  const auto size = info[1].As<Napi::Object>();
  const auto options = info[2].As<Napi::Object>();
  auto task =
      std::make_unique<RunImageTask>(info.Env(), RunContext(program_, limits_, KindFrom(options)));
  task->source = ReadSource(info[0], task.get());
  task->is_pixels = true;
  task->pixels_info.format = ImageFormat::kPng;  // never a DCT scale
  task->pixels_info.width = static_cast<int>(Int64Member(size, "width", 0));
  task->pixels_info.height = static_cast<int>(Int64Member(size, "height", 0));
  task->pixels_info.channels = static_cast<int>(Int64Member(size, "channels", 3));
  task->key = KeyFrom(options);
  return Start(EnvData::Of(info.Env()), std::move(task));
}

Napi::Value PipelineWrap::RunBatch(const Napi::CallbackInfo& info) {
  EnvData* data = EnvData::Of(info.Env());
  const auto inputs = info[0].As<Napi::Array>();
  const auto out = info[1].As<Napi::TypedArray>();
  const auto ids = info[2].As<Napi::Int32Array>();
  const auto options = info[3].As<Napi::Object>();
  auto task =
      std::make_unique<RunBatchTask>(info.Env(), RunContext(program_, limits_, KindFrom(options)));
  const uint32_t count = inputs.Length();
  for (uint32_t i = 0; i < count; ++i)
    task->sources.push_back(ReadSource(inputs.Get(i), task.get()));
  task->sample_ids.assign(ids.Data(), ids.Data() + count);
  task->statuses.resize(count);
  task->key = KeyFrom(options);
  task->Keep(out);
  task->out = static_cast<uint8_t*>(out.ArrayBuffer().Data()) + out.ByteOffset();
  task->item_bytes = program_->item_bytes();
  if (task->item_bytes == 0 || out.ByteLength() < task->item_bytes * count) {
    return data->Throw(info.Env(), Status(ErrorCode::kInternal, "the output array is too small"));
  }
  RunBatchTask* raw = task.get();
  const int threads = static_cast<int>(Int64Member(options, "threads", DefaultThreads()));
  const Napi::Promise promise = data->Begin(std::move(task));
  WorkPool::Shared().ForEach(
      static_cast<int>(count), threads,
      [raw, bridge = data->bridge()](int i, SampleScratch* scratch) {
        if (!bridge->closed()) raw->RunItem(i, scratch);
      },
      [raw, bridge = data->bridge()] { bridge->Complete(raw); });
  return promise;
}

Napi::Value PipelineWrap::Plan(const Napi::CallbackInfo& info) {
  const auto image = info[0].As<Napi::Object>();
  ImageInfo image_info;
  image_info.width = static_cast<int>(Int64Member(image, "width", 0));
  image_info.height = static_cast<int>(Int64Member(image, "height", 0));
  image_info.orientation = static_cast<int>(Int64Member(image, "orientation", 1));
  image_info.channels = static_cast<int>(Int64Member(image, "channels", 3));
  const Napi::Value format = image.Get("format");
  // Formats differ for a plan only in whether DCT scaling exists.
  const bool jpeg = !format.IsString() || format.As<Napi::String>().Utf8Value() == "jpeg";
  image_info.format = jpeg ? ImageFormat::kJpeg : ImageFormat::kPng;
  SamplePlan plan;
  const auto context = info[1].As<Napi::Object>();
  const int32_t view = static_cast<int32_t>(Int64Member(context, "view", 0));
  const Status status = MakePlan(*program_, image_info, KeyFrom(context), &plan, view);
  if (!status.ok()) return EnvData::Of(info.Env())->Throw(info.Env(), status);
  return PlanToJs(info.Env(), plan);
}

}  // namespace saker
