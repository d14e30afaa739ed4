#include "binding/cuda_calls.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <utility>
#include <vector>

#include "base/dlpack.h"
#include "binding/batch_lease_box.h"
#include "binding/env_data.h"
#include "binding/js_values.h"
#include "binding/pipeline_wrap.h"
#include "loader/cuda_sample.h"
#include "loader/work_pool.h"

namespace saker {
namespace {

constexpr napi_type_tag kMemoryTag = {0x3d5a1c7e9b2f4860ULL, 0xa4c8e1d7f60b3925ULL};

using SharedMemory = std::shared_ptr<CudaMemory>;

SharedMemory UnwrapMemory(const Napi::Value& external) {
  bool ours = false;
  if (!external.IsExternal() ||
      napi_check_object_type_tag(external.Env(), external, &kMemoryTag, &ours) != napi_ok ||
      !ours) {
    return nullptr;
  }
  return *external.As<Napi::External<SharedMemory>>().Data();
}

class CudaBatchTask : public PromiseTask {
 public:
  using PromiseTask::PromiseTask;

  std::shared_ptr<const PipelineProgram> program;
  SampleJob job;
  std::vector<JsSource> sources;
  std::vector<uint32_t> sample_ids;
  std::vector<Status> statuses;
  SampleKey key;
  SharedMemory memory;
  uint8_t* out = nullptr;
  size_t item_bytes = 0;
  CudaExecutor* executor = nullptr;
  std::atomic<int> unfinished{0};

  // [[index, error], ...] of the items that failed.
  Napi::Value Value(Napi::Env env) override {
    const Napi::Array failures = Napi::Array::New(env);
    uint32_t count = 0;
    for (uint32_t i = 0; i < statuses.size(); ++i) {
      if (statuses[i].ok()) continue;
      const Napi::Array failure = Napi::Array::New(env, 2);
      failure.Set(0u, i);
      failure.Set(1u, EnvData::Of(env)->MakeError(env, statuses[i], sources[i].path));
      failures.Set(count++, failure);
    }
    return failures;
  }
};

// One count more than there are items: the one that the last staging thread takes.
void FinishOne(CudaBatchTask* task, const std::shared_ptr<Bridge>& bridge) {
  if (task->unfinished.fetch_sub(1) == 1) bridge->Complete(task);
}

class DownloadTask : public PromiseTask {
 public:
  using PromiseTask::PromiseTask;

  std::shared_ptr<const PipelineProgram> program;
  std::shared_ptr<const void> owner;
  const void* from = nullptr;
  size_t bytes = 0;
  std::unique_ptr<AlignedBuffer> pixels = std::make_unique<AlignedBuffer>();

  Status Run() {
    if (!pixels->Reserve(bytes)) return Status(ErrorCode::kMemory, "no memory for the batch");
    const auto executor = CudaExecutor::Shared();
    if (!executor.ok()) return executor.status();
    return (*executor)->Download(from, pixels->data(), bytes);
  }

  Napi::Value Value(Napi::Env env) override {
    const Napi::ArrayBuffer buffer = AdoptBuffer(env, std::move(pixels), bytes);
    return TypedView(env, program->dtype, buffer, bytes / program->element_bytes());
  }
};

Napi::Value StartDownload(EnvData* data, std::unique_ptr<DownloadTask> task) {
  DownloadTask* raw = task.get();
  const Napi::Promise promise = data->Begin(std::move(task));
  WorkPool::Shared().Submit([raw, bridge = data->bridge()](SampleScratch*) {
    if (!bridge->closed()) raw->status = raw->Run();
    bridge->Complete(raw);
  });
  return promise;
}

}  // namespace

Napi::Value CudaAllocateCall(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const PipelineProgram& program = *PipelineWrap::Unwrap(info[0].As<Napi::Object>())->program();
  const auto count = static_cast<size_t>(info[1].As<Napi::Number>().Int64Value());
  const Status supported = CheckCudaProgram(program);
  if (!supported.ok()) return EnvData::Of(env)->Throw(env, supported);
  const auto executor = CudaExecutor::Shared();
  if (!executor.ok()) return EnvData::Of(env)->Throw(env, executor.status());
  auto memory = (*executor)->Allocate(std::max<size_t>(program.item_bytes() * count, 1));
  if (!memory.ok()) return EnvData::Of(env)->Throw(env, memory.status());
  auto held = std::make_unique<SharedMemory>(std::move(*memory));
  auto external = Napi::External<SharedMemory>::New(
      env, held.release(),
      [](Napi::Env, SharedMemory* p) { std::default_delete<SharedMemory>()(p); });
  napi_type_tag_object(env, external, &kMemoryTag);
  return external;
}

Napi::Value CudaRunBatchCall(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  EnvData* data = EnvData::Of(env);
  const PipelineWrap* pipeline = PipelineWrap::Unwrap(info[0].As<Napi::Object>());
  const auto inputs = info[1].As<Napi::Array>();
  const size_t first = static_cast<size_t>(info[3].As<Napi::Number>().Int64Value());
  const auto ids = info[4].As<Napi::Int32Array>();
  const auto options = info[5].As<Napi::Object>();
  const auto executor = CudaExecutor::Shared();
  if (!executor.ok()) return data->Throw(env, executor.status());
  auto task = std::make_unique<CudaBatchTask>(env);
  const uint32_t count = inputs.Length();
  task->program = pipeline->program();
  task->job.program = task->program.get();
  task->job.limits = pipeline->limits();
  task->executor = *executor;
  task->memory = UnwrapMemory(info[2]);
  task->item_bytes = task->program->item_bytes();
  if (task->memory == nullptr ||
      task->memory->bytes() < task->item_bytes * (first + static_cast<size_t>(count))) {
    return data->Throw(env, Status(ErrorCode::kInternal, "the device memory is too small"));
  }
  task->out = task->memory->data() + task->item_bytes * first;
  for (uint32_t i = 0; i < count; ++i)
    task->sources.push_back(ReadSource(inputs.Get(i), task.get()));
  task->sample_ids.assign(ids.Data(), ids.Data() + count);
  task->statuses.resize(count);
  task->key.seed = static_cast<uint64_t>(Int64Member(options, "seed", 0));
  task->key.epoch = static_cast<uint32_t>(Int64Member(options, "epoch", 0));
  task->unfinished = static_cast<int>(count) + 1;
  const int threads = static_cast<int>(Int64Member(options, "threads", DefaultThreads()));
  CudaBatchTask* raw = task.get();
  const Napi::Promise promise = data->Begin(std::move(task));
  const std::shared_ptr<Bridge> bridge = data->bridge();
  WorkPool::Shared().ForEach(
      static_cast<int>(count), threads,
      [raw, bridge](int i, SampleScratch* scratch) {
        if (bridge->closed()) return FinishOne(raw, bridge);
        SampleKey key = raw->key;
        key.sample_id = raw->sample_ids[static_cast<size_t>(i)];
        StageTimes times;
        RunSampleOnDevice(raw->job, raw->sources[static_cast<size_t>(i)].source(), key,
                          raw->out + raw->item_bytes * static_cast<size_t>(i), raw->item_bytes,
                          raw->executor, scratch, &times, nullptr, [raw, bridge, i](Status status) {
                            raw->statuses[static_cast<size_t>(i)] = std::move(status);
                            FinishOne(raw, bridge);
                          });
      },
      [raw, bridge] {
        raw->executor->Flush();
        FinishOne(raw, bridge);
      });
  return promise;
}

Napi::Value CudaDownloadCall(const Napi::CallbackInfo& info) {
  auto task = std::make_unique<DownloadTask>(info.Env());
  task->program = PipelineWrap::Unwrap(info[0].As<Napi::Object>())->program();
  const SharedMemory memory = UnwrapMemory(info[1]);
  task->bytes =
      task->program->item_bytes() * static_cast<size_t>(info[2].As<Napi::Number>().Int64Value());
  task->from = memory->data();
  task->owner = memory;
  return StartDownload(EnvData::Of(info.Env()), std::move(task));
}

Napi::Value CudaToDlpackCall(const Napi::CallbackInfo& info) {
  const PipelineWrap* pipeline = PipelineWrap::Unwrap(info[0].As<Napi::Object>());
  const SharedMemory memory = UnwrapMemory(info[1]);
  return TensorToDlpack(info.Env(), *pipeline->program(), memory->data(), {kDLCUDA, 0},
                        info[2].As<Napi::Number>().Int64Value(), memory);
}

Napi::Value BatchDownloadCall(const Napi::CallbackInfo& info) {
  const SharedLeaseBox box = UnwrapLease(info[0]);
  if (box == nullptr || box->lease == nullptr || !box->lease->on_device()) {
    return EnvData::Of(info.Env())
        ->Throw(info.Env(), Status(ErrorCode::kClosed, "the batch was released"));
  }
  auto task = std::make_unique<DownloadTask>(info.Env());
  task->program = box->program;
  task->bytes = box->ring->item_bytes() * static_cast<size_t>(box->lease->slot().count);
  task->from = box->lease->data();
  task->owner = box->lease;
  return StartDownload(EnvData::Of(info.Env()), std::move(task));
}

}  // namespace saker
