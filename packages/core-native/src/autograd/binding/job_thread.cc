#include "autograd/binding/job_thread.h"

#include "base/status.h"

namespace saker::autograd {

std::shared_ptr<JobThread> JobThread::Start(Napi::Env env, std::function<void()> enter,
                                            std::function<void()> leave) {
  std::shared_ptr<JobThread> self(new JobThread());
  self->env_ = env;
  const napi_value name = Napi::String::New(env, "saker autograd");
  SAKER_CHECK(napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr, nullptr, nullptr, OnSettle,
                                              &self->settle_) == napi_ok);
  napi_unref_threadsafe_function(env, self->settle_);  // an idle model keeps no process alive
  napi_add_env_cleanup_hook(env, OnEnvCleanup, self.get());
  self->hooked_ = true;
  self->thread_ = std::thread([raw = self.get(), enter, leave] { raw->Loop(enter, leave); });
  return self;
}

JobThread::~JobThread() {
  Close();
  Join();
}

void JobThread::OnEnvCleanup(void* data) {
  auto* self = static_cast<JobThread*>(data);
  self->hooked_ = false;
  self->Close();
  self->Join();
}

void JobThread::Join() {
  if (thread_.joinable()) thread_.join();
  if (hooked_) napi_remove_env_cleanup_hook(env_, OnEnvCleanup, this);
  hooked_ = false;
}

Napi::Promise JobThread::Post(Napi::Env env, std::unique_ptr<Job> job) {
  Napi::Promise promise = job->deferred.Promise();
  if (closing_) {
    job->settle(env, job->deferred, false);
    return promise;
  }
  if (pending_++ == 0) napi_ref_threadsafe_function(env, settle_);
  {
    std::lock_guard<std::mutex> lock(mutex_);
    queue_.push_back(std::move(job));
  }
  wake_.notify_one();
  return promise;
}

void JobThread::Close() {
  if (closing_) return;
  closing_ = true;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
}

void JobThread::Loop(std::function<void()> enter, std::function<void()> leave) {
  enter();
  enter = nullptr;
  while (true) {
    std::unique_ptr<Job> job;
    bool stopping;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      wake_.wait(lock, [this] { return stop_ || !queue_.empty(); });
      stopping = stop_;
      if (!queue_.empty()) {
        job = std::move(queue_.front());
        queue_.pop_front();
      }
    }
    if (!job) break;
    if (!stopping) {
      job->run();
      job->ran = true;
    }
    job->run = nullptr;  // drops what it captured on this thread
    Finish(std::move(job));
  }
  leave();
  leave = nullptr;
  napi_release_threadsafe_function(settle_, napi_tsfn_release);
}

// A finished job on its way to the JavaScript thread.
struct Settlement {
  std::unique_ptr<Job> job;
  std::weak_ptr<JobThread> thread;
};

// Frees a job whose environment is going away: its references went with it and must not be touched.
static void Abandon(std::unique_ptr<Settlement> settlement) {
  for (auto& reference : settlement->job->held) reference.SuppressDestruct();
}

void JobThread::Finish(std::unique_ptr<Job> job) {
  auto settlement = std::make_unique<Settlement>();
  settlement->job = std::move(job);
  settlement->thread = weak_from_this();
  if (napi_call_threadsafe_function(settle_, settlement.get(), napi_tsfn_nonblocking) == napi_ok) {
    settlement.release();
  } else {
    Abandon(std::move(settlement));
  }
}

void JobThread::OnSettle(napi_env env, napi_value, void*, void* data) {
  std::unique_ptr<Settlement> settlement(static_cast<Settlement*>(data));
  if (env == nullptr) return Abandon(std::move(settlement));
  Napi::HandleScope scope(env);
  Job& job = *settlement->job;
  job.settle(env, job.deferred, job.ran);
  if (auto self = settlement->thread.lock()) {
    if (--self->pending_ == 0) napi_unref_threadsafe_function(env, self->settle_);
  }
}

}  // namespace saker::autograd
