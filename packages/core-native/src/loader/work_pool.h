// WorkPool: threads with scratch memory for single pictures and explicit batches.
#ifndef SAKER_LOADER_WORK_POOL_H_
#define SAKER_LOADER_WORK_POOL_H_

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "loader/sample.h"

namespace saker {

// Runs tasks in the order given, each on one of `threads` threads with that thread's scratch.
// Thread-safe.
class WorkPool {
 public:
  using Task = std::function<void(SampleScratch*)>;

  explicit WorkPool(int threads);
  // Runs what is queued, then joins.
  ~WorkPool();
  WorkPool(const WorkPool&) = delete;
  WorkPool& operator=(const WorkPool&) = delete;

  void Submit(Task task);

  // Calls body(i, scratch) for every i in [0, count) on at most `width` threads, each taking the
  // next index when done with one, so a slow item delays nobody; then `done` once, on the thread
  // that finished last.
  void ForEach(int count, int width, std::function<void(int, SampleScratch*)> body,
               std::function<void()> done);

  int size() const { return static_cast<int>(threads_.size()); }

  // One pool for the process, as wide as the machine, shared by all Node environments. It is never
  // destroyed: its threads end with the process, so no order of exit can leave a task without a
  // pool.
  static WorkPool& Shared();

 private:
  void Work();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> tasks_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

// Threads to use when the caller names no number: the processors this process may run on.
int DefaultThreads();

}  // namespace saker

#endif  // SAKER_LOADER_WORK_POOL_H_
