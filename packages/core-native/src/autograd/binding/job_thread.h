// One native thread that runs a model's jobs in order, and settles each job's promise on the JavaScript thread.
// libtorch keeps thread-local state and a warm intra-op pool, hence one thread per model instead of libuv's pool.
#ifndef SAKER_AUTOGRAD_BINDING_JOB_THREAD_H_
#define SAKER_AUTOGRAD_BINDING_JOB_THREAD_H_

#include <napi.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace saker::autograd {

struct Job {
  explicit Job(Napi::Env env) : deferred(Napi::Promise::Deferred::New(env)) {}
  std::function<void()> run;  // on the native thread; fills what `settle` reads
  // On the JavaScript thread; `ran` is false when the thread was closed before the job's turn.
  std::function<void(Napi::Env env, Napi::Promise::Deferred& deferred, bool ran)> settle;
  Napi::Promise::Deferred deferred;
  std::vector<Napi::ObjectReference> held;  // JavaScript memory that `run` reads
  bool ran = false;
};

class JobThread : public std::enable_shared_from_this<JobThread> {
 public:
  // `enter` runs first on the new thread, `leave` last.
  static std::shared_ptr<JobThread> Start(Napi::Env env, std::function<void()> enter, std::function<void()> leave);
  ~JobThread();

  // Queues `job` and returns its promise. After Close the job is settled with ran = false.
  Napi::Promise Post(Napi::Env env, std::unique_ptr<Job> job);
  // Lets the running job end, refuses the queued ones, ends the thread. Does not wait. JavaScript thread only.
  void Close();
  bool closed() const { return closing_; }

 private:
  JobThread() = default;
  void Loop(std::function<void()> enter, std::function<void()> leave);
  void Finish(std::unique_ptr<Job> job);
  void Join();
  static void OnEnvCleanup(void* self);
  static void OnSettle(napi_env env, napi_value, void*, void* data);

  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::unique_ptr<Job>> queue_;
  bool stop_ = false;     // guarded by mutex_
  bool closing_ = false;  // JavaScript thread only, as the rest
  bool hooked_ = false;
  size_t pending_ = 0;
  napi_env env_ = nullptr;
  napi_threadsafe_function settle_ = nullptr;
};

}  // namespace saker::autograd

#endif  // SAKER_AUTOGRAD_BINDING_JOB_THREAD_H_
