#include "binding/env_data.h"

#include <utility>

namespace saker {
namespace {

// False while a worker thread is being terminated: Node then still drains thread-safe functions,
// with a valid environment, but every call that could run JavaScript fails. Setting a property is
// the least such call.
bool CanRunJs(napi_env env) {
  napi_value object;
  napi_value value;
  return napi_create_object(env, &object) == napi_ok &&
         napi_get_undefined(env, &value) == napi_ok &&
         napi_set_named_property(env, object, "alive", value) == napi_ok;
}

}  // namespace

void Bridge::Complete(PromiseTask* task) {
  const std::lock_guard<std::mutex> lock(mutex_);
  --in_flight_;
  idle_.notify_all();
  // The lock keeps the function alive: Close takes it before the environment frees the function.
  if (!closed()) napi_call_threadsafe_function(function_, task, napi_tsfn_nonblocking);
}

Status EnvData::Install(Napi::Env env) {
  std::unique_ptr<EnvData> data(new EnvData());
  Bridge* bridge = data->bridge_.get();
  const Napi::String name = Napi::String::New(env, "saker");
  const napi_status made =
      napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr, nullptr,
                                      data.get(), &EnvData::OnComplete, &bridge->function_);
  if (made != napi_ok)
    return Status(ErrorCode::kInternal, "no thread-safe function for this environment");
  // An idle addon must not keep the process alive; Begin refs it while a promise is open.
  napi_unref_threadsafe_function(env, bridge->function_);
  // Hooks run in reverse order, so this one runs before the function's own.
  env.AddCleanupHook([](EnvData* self) { self->Close(); }, data.get());
  env.SetInstanceData<EnvData>(data.release());
  return OkStatus();
}

void EnvData::Close() {
  std::unique_lock<std::mutex> lock(bridge_->mutex_);
  bridge_->closed_.store(true);
  bridge_->idle_.wait(lock, [this] { return bridge_->in_flight_ == 0; });
}

Napi::Promise EnvData::Begin(std::unique_ptr<PromiseTask> task) {
  const Napi::Promise promise = task->deferred_.Promise();
  {
    const std::lock_guard<std::mutex> lock(bridge_->mutex_);
    ++bridge_->in_flight_;
  }
  if (pending_.empty()) napi_ref_threadsafe_function(promise.Env(), bridge_->function_);
  PromiseTask* raw = task.get();
  pending_.emplace(raw, std::move(task));
  return promise;
}

void EnvData::OnComplete(napi_env env, napi_value, void* context, void* data) {
  // While an environment is torn down the task stays in pending_ and is freed with it.
  if (env == nullptr || !CanRunJs(env)) return;
  static_cast<EnvData*>(context)->Settle(Napi::Env(env), static_cast<PromiseTask*>(data));
}

void EnvData::Settle(Napi::Env env, PromiseTask* task) {
  const Napi::HandleScope scope(env);
  const auto it = pending_.find(task);
  const std::unique_ptr<PromiseTask> owned = std::move(it->second);
  pending_.erase(it);
  if (pending_.empty()) napi_unref_threadsafe_function(env, bridge_->function_);
  if (!task->status.ok()) {
    task->deferred_.Reject(MakeError(env, task->status, task->file, task->range));
    return;
  }
  const Napi::Value value = task->Value(env);
  if (env.IsExceptionPending()) {
    task->deferred_.Reject(env.GetAndClearPendingException().Value());
  } else {
    task->deferred_.Resolve(value);
  }
}

void EnvData::SetErrorClass(const Napi::Function& error_class) {
  error_class_ = Napi::Persistent(error_class);
}

Napi::Value EnvData::MakeError(Napi::Env env, const Status& status, const std::string& file,
                               FileRange range) const {
  const Napi::Object params = Napi::Object::New(env);
  params.Set("detail", status.detail());
  if (!file.empty() && range.whole()) params.Set("file", file);
  if (!range.whole()) {
    params.Set("file", file + " at byte " + std::to_string(range.offset));
    params.Set("path", file);
    params.Set("offset", static_cast<double>(range.offset));
    params.Set("length", static_cast<double>(range.length));
  }
  const Napi::String code = Napi::String::New(env, ErrorCodeName(status.code()));
  if (error_class_.IsEmpty()) {
    return Napi::Error::New(env, code.Utf8Value() + ": " + status.detail()).Value();
  }
  return error_class_.New({code, params});
}

Napi::Value EnvData::Throw(Napi::Env env, const Status& status, const std::string& file) const {
  napi_throw(env, MakeError(env, status, file));
  return env.Undefined();
}

}  // namespace saker
