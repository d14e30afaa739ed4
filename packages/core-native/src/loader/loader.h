// Loader: threads that turn files into batches, ahead of whoever reads them.
//
// Threads take single pictures, in epoch order, so one slow picture delays its own batch only and
// the next batches keep filling; a batch is handed out when its last picture is done, in order.
// Filling stops when no slot is free (back-pressure). Pixels depend on (seed, epoch, sample id),
// never on thread, batch or prefetch counts.
#ifndef SAKER_LOADER_LOADER_H_
#define SAKER_LOADER_LOADER_H_

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "loader/batch_ring.h"
#include "loader/sample.h"

namespace saker {

struct LoaderSample {
  std::string path;
  int32_t label = 0;
  int32_t id = 0;  // what randomness is keyed by
};

struct LoaderOptions {
  std::shared_ptr<const PipelineProgram> program;  // of a fixed output size
  CodecLimits limits;
  std::vector<LoaderSample> samples;
  int batch_size = 1;
  bool shuffle = false;
  bool drop_last = false;
  uint64_t seed = 0;
  int threads = 1;
  int prefetch = 3;  // batches made ahead
  bool decode_only = false;  // every batch holds zeros; see SampleJob
};

// Sums since the loader was made.
struct LoaderStats {
  int64_t images = 0;
  int64_t failed = 0;
  int64_t batches = 0;     // handed out
  int64_t wait_ns = 0;     // from a Next that found nothing ready to its batch
  int64_t blocked_ns = 0;  // threads waiting for a free slot or for work
  StageTimes stages;       // over all threads
};

// What Next delivers: a batch, the end of the epoch (lease null, status OK), or an error.
struct NextBatch {
  std::shared_ptr<BatchLease> lease;
  Status status;
  int64_t wait_ns = 0;
};

class Loader {
 public:
  // Allocates the ring and starts the threads. Errors: E_MEMORY.
  static StatusOr<std::unique_ptr<Loader>> Create(LoaderOptions options);
  // Stops when that was not done.
  ~Loader();
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  // Begins epoch `epoch`, ending the one that runs. Batches already handed out stay valid. Returns
  // the number of this epoch run, which Next and CancelEpoch take so that a call for an older run
  // does no harm.
  uint64_t StartEpoch(uint32_t epoch);
  // Ends the run: nothing more is filled, ready slots are freed, waiting Next calls get the end.
  void CancelEpoch(uint64_t run);

  using Callback = std::function<void(NextBatch)>;
  // Calls `done` with the next batch once it is ready: at once on this thread, or later on a loader
  // thread. Errors: E_BUSY when every slot is leased, so that no batch could ever come.
  void Next(uint64_t run, Callback done);

  // Ends the running epoch and joins the threads; each finishes its picture first. Next then gives
  // the end. Not from a callback of Next.
  void Stop();

  LoaderStats stats() const;
  const std::shared_ptr<BatchRing>& ring() const { return ring_; }
  uint32_t batches_per_epoch() const { return num_batches_; }
  const LoaderOptions& options() const { return options_; }

 private:
  struct Item {
    BatchSlot* slot = nullptr;
    int index = 0;
    uint32_t epoch = 0;
  };
  struct Waiter {
    Callback done;
    int64_t since_ns;
  };
  struct Delivery {
    Callback done;
    NextBatch batch;
  };

  explicit Loader(LoaderOptions options);

  void Work();
  bool TakeItem(Item* item);  // false: stop
  void FinishItem(const Item& item, bool ok, const StageTimes& times);
  void EndRunLocked(std::vector<Delivery>* deliveries);
  void DeliverReadyLocked(std::vector<Delivery>* deliveries);
  uint32_t BatchCount(uint32_t batch) const;

  const LoaderOptions options_;
  const uint32_t num_items_;  // per epoch, after drop_last
  const uint32_t num_batches_;
  SampleJob job_;
  std::shared_ptr<BatchRing> ring_;

  // Guarded by ring_->mutex.
  bool stopping_ = false;
  uint64_t run_ = 0;
  uint32_t epoch_ = 0;
  bool running_ = false;
  std::vector<uint32_t> order_;
  uint32_t next_item_ = 0;        // the next to be taken by a thread
  BatchSlot* filling_ = nullptr;  // slot of the batch that next_item_ is in, when begun
  uint32_t next_delivery_ = 0;
  std::deque<Waiter> waiters_;
  LoaderStats stats_;

  std::vector<std::thread> threads_;
};

}  // namespace saker

#endif  // SAKER_LOADER_LOADER_H_
