// EnvData: everything core.node keeps for one Node environment (the main thread or one worker
// thread), and the one way in which native threads answer JavaScript.
//
// Rules: JavaScript values are touched on the environment's own thread only. A PromiseTask is made
// there, its plain fields are filled by native threads, and it comes back there to settle its
// promise. When the environment ends, a cleanup hook closes the bridge and waits for the tasks that
// native threads still hold, so nothing reads a buffer of an environment that is gone.
#ifndef SAKER_BINDING_ENV_DATA_H_
#define SAKER_BINDING_ENV_DATA_H_

#include <napi.h>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/open_files.h"
#include "base/status.h"

namespace saker {

class EnvData;

// One promise. Subclasses add what the native thread fills in, and turn it into a value.
class PromiseTask {
 public:
  explicit PromiseTask(Napi::Env env) : deferred_(Napi::Promise::Deferred::New(env)) {}
  virtual ~PromiseTask() = default;

  // On the environment's thread, only when `status` is OK. May leave a pending JavaScript
  // exception.
  virtual Napi::Value Value(Napi::Env env) = 0;

  // Keeps a buffer or array alive, and its memory in place, until the promise is settled.
  void Keep(const Napi::Object& object) { kept_.push_back(Napi::Persistent(object)); }

  Status status;
  std::string file;  // named in the error, with the part of it
  FileRange range = FileRange();

 private:
  friend class EnvData;
  Napi::Promise::Deferred deferred_;
  std::vector<Napi::ObjectReference> kept_;
};

// The thread-safe half: what native threads may hold. Outlives the environment.
class Bridge {
 public:
  // True once the environment ends: pending work may be skipped, its result goes nowhere.
  bool closed() const { return closed_.load(std::memory_order_relaxed); }
  // Hands a task back, once for every Begin. Any thread.
  void Complete(PromiseTask* task);

 private:
  friend class EnvData;
  std::mutex mutex_;
  std::condition_variable idle_;
  std::atomic<bool> closed_{false};
  int in_flight_ = 0;
  napi_threadsafe_function function_ = nullptr;
};

class EnvData {
 public:
  // Called once when the addon is loaded into an environment.
  static Status Install(Napi::Env env);
  static EnvData* Of(Napi::Env env) { return env.GetInstanceData<EnvData>(); }

  // Takes ownership of `task`; a native thread must answer with bridge()->Complete(task).
  Napi::Promise Begin(std::unique_ptr<PromiseTask> task);
  const std::shared_ptr<Bridge>& bridge() const { return bridge_; }

  // The SakerError class of @saker/spec, handed in by the JavaScript half.
  void SetErrorClass(const Napi::Function& error_class);
  // new SakerError(code, {detail, file?}); for a part of a file also {path, offset, length}.
  Napi::Value MakeError(Napi::Env env, const Status& status, const std::string& file = "",
                        FileRange range = FileRange()) const;
  // Throws it; returns undefined for `return env_data->Throw(...)`.
  Napi::Value Throw(Napi::Env env, const Status& status, const std::string& file = "") const;

  ~EnvData() = default;

 private:
  EnvData() : bridge_(std::make_shared<Bridge>()) {}

  static void OnComplete(napi_env env, napi_value function, void* context, void* data);
  void Settle(Napi::Env env, PromiseTask* task);
  void Close();

  std::shared_ptr<Bridge> bridge_;
  Napi::FunctionReference error_class_;
  std::unordered_map<PromiseTask*, std::unique_ptr<PromiseTask>> pending_;
};

}  // namespace saker

#endif  // SAKER_BINDING_ENV_DATA_H_
