#include "loader/work_pool.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "base/processors.h"

namespace saker {

WorkPool::WorkPool(int threads) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Work(); });
}

WorkPool::~WorkPool() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void WorkPool::Submit(Task task) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  changed_.notify_one();
}

void WorkPool::ForEach(int count, int width, std::function<void(int, SampleScratch*)> body,
                       std::function<void()> done) {
  if (count == 0) {
    done();
    return;
  }
  struct Shared {
    std::function<void(int, SampleScratch*)> body;
    std::function<void()> done;
    std::atomic<int> next{0};
    std::atomic<int> active;
  };
  const int lanes = std::max(1, std::min({count, width, size()}));
  auto shared = std::make_shared<Shared>();
  shared->body = std::move(body);
  shared->done = std::move(done);
  shared->active = lanes;
  for (int lane = 0; lane < lanes; ++lane) {
    Submit([shared, count](SampleScratch* scratch) {
      for (int i; (i = shared->next.fetch_add(1)) < count;) shared->body(i, scratch);
      if (shared->active.fetch_sub(1) == 1) shared->done();
    });
  }
}

WorkPool& WorkPool::Shared() {
  static WorkPool* const pool = std::make_unique<WorkPool>(DefaultThreads()).release();
  return *pool;
}

void WorkPool::Work() {
  SampleScratch scratch;
  for (;;) {
    Task task;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      changed_.wait(lock, [this] { return stopping_ || !tasks_.empty(); });
      if (tasks_.empty()) return;
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    task(&scratch);
  }
}

int DefaultThreads() { return UsableProcessors(); }

}  // namespace saker
