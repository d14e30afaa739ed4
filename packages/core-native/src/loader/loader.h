// Loader: threads that turn files into batches, ahead of whoever reads them.
//
// Threads take single pictures, in epoch order, so one slow picture delays its own batch only and
// the next batches keep filling; a batch is handed out when its last picture is done, in order.
// Filling stops when no slot is free (back-pressure). Pixels depend on (seed, epoch, sample id),
// never on thread, batch or prefetch counts.
//
// Where the pipeline has ops on batches (PipelineProgram::batch), the thread that comes next mixes
// a batch whose pictures are done before it is handed out.
//
// A picture in a format without a native decoder is set aside (parked) when the reader offers to
// convert such pictures: Next tells the reader, the reader answers with Convert, and a thread runs
// the answer's bytes in the picture's place. Meanwhile the threads go on with other pictures.
#ifndef SAKER_LOADER_LOADER_H_
#define SAKER_LOADER_LOADER_H_

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "loader/batch_mixer.h"
#include "loader/batch_ring.h"
#include "loader/cuda_sample.h"
#include "loader/epoch_order.h"
#include "loader/picture_cache.h"
#include "loader/rate_meter.h"
#include "loader/sample.h"
#include "pipeline/cuda/executor.h"

namespace saker {

struct LoaderSample {
  std::string path;
  int32_t label = 0;
  int32_t id = 0;                 // what randomness is keyed by
  FileRange range = FileRange();  // of the file, which many samples may share
};

struct LoaderOptions {
  std::shared_ptr<const PipelineProgram> program;  // of a fixed output size
  CodecLimits limits;
  std::vector<LoaderSample> samples;
  int batch_size = 1;
  bool shuffle = false;
  bool drop_last = false;
  uint32_t rank = 0, world_size = 1;  // this loader's part of every epoch; see EpochShard
  uint64_t seed = 0;
  int threads = 1;
  int prefetch = 3;           // batches made ahead
  bool decode_only = false;   // every batch holds zeros; see SampleJob
  bool library_only = false;  // see SampleJob
  int32_t classes = 1;        // width of the targets; above every label where there are targets
  LabelLists label_lists;     // of every sample; batches then carry targets, mixed or not
  // How often each sample comes, in proportion; empty: once an epoch. See MakeWeightedOrder. Needs `shuffle`.
  std::vector<double> weights;
  bool cuda = false;          // batches lie in the memory of a CUDA device; no cache then
  bool nvjpeg = false;        // with `cuda`: nvJPEG decodes what it can, at full resolution
  // The reader answers every Conversion; otherwise such pictures fail with E_IMAGE_FORMAT.
  bool convert = false;
  CacheKind cache = CacheKind::kNone;
  int64_t cache_bytes = 0;
};

// Sums since the loader was made, and how things stand now.
struct LoaderStats {
  int64_t images = 0;
  int64_t failed = 0;
  int64_t batches = 0;           // handed out
  int64_t wait_ns = 0;           // from a Next that found nothing ready to its batch
  int64_t blocked_ns = 0;        // threads waiting for a free slot or for work
  StageTimes stages;             // over all threads
  int64_t active_ns = 0;         // epochs being read, from StartEpoch to their end
  double recent_per_second = 0;  // pictures, over the last 5 s of the epoch that runs
  int64_t cache_hits = 0;
  int64_t cache_pictures = 0;
  int64_t cache_bytes = 0;
  int slots = 0;
  int filling = 0;                                // slots that threads write to
  int ready = 0;                                  // made, not yet asked for
  int leased = 0;                                 // held by the reader
  int64_t nvjpeg_sent = 0, nvjpeg_fallbacks = 0;  // see NvjpegCounts
};

// A picture that the native decoders do not know, to be answered with Loader::Convert.
struct Conversion {
  uint64_t ticket = 0;
  uint32_t sample = 0;  // index into the loader's samples
};

// What Next delivers: a batch, new conversions, both; or, with neither, the end of the epoch
// (status OK) or an error.
struct NextBatch {
  std::shared_ptr<BatchLease> lease;
  std::vector<Conversion> conversions;
  Status status;
  int64_t wait_ns = 0;
};

class Loader {
 public:
  // Allocates the ring and the cache and starts the threads. Errors: E_MEMORY; with `cuda` those of
  // CudaExecutor::Shared, and E_PIPELINE_UNSUPPORTED.
  static StatusOr<std::unique_ptr<Loader>> Create(LoaderOptions options);
  // Stops when that was not done.
  ~Loader();
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  // Begins epoch `epoch`, ending the one that runs. Batches already handed out stay valid. Returns
  // the number of this epoch run, which Next and CancelEpoch take so that a call for an older run
  // does no harm.
  //
  // `first` is the number of the first batch to make: those before it count as delivered, and the ones from it on are as
  // they are in a whole epoch.
  uint64_t StartEpoch(uint32_t epoch, uint32_t first = 0);
  // Ends the run: nothing more is filled, ready slots are freed, waiting Next calls get the end.
  void CancelEpoch(uint64_t run);

  using Callback = std::function<void(NextBatch)>;
  // Calls `done` with the next batch once it is ready: at once on this thread, or later on a loader
  // thread. Errors: E_BUSY when every slot is leased, so that no batch could ever come.
  void Next(uint64_t run, Callback done);

  // Answers a conversion with the bytes of a picture that a native decoder reads. Without bytes the
  // picture fails: with `status`, or as it did when that is OK. An unknown ticket (of a run that
  // has ended) does no harm. Any thread.
  void Convert(uint64_t ticket, std::vector<uint8_t> bytes, Status status);

  // Ends the running epoch and joins the threads; each finishes its picture first. Next then gives
  // the end. Not from a callback of Next.
  void Stop();

  // Any thread, at any time; a reader that waits right now is counted up to now.
  LoaderStats stats() const;
  const std::shared_ptr<BatchRing>& ring() const { return ring_; }
  uint32_t batches_per_epoch() const { return num_batches_; }
  const LoaderOptions& options() const { return options_; }

 private:
  // An item's index that stands for mixing the whole batch.
  static constexpr int kWholeBatch = -1;
  struct Item {
    BatchSlot* slot = nullptr;
    int index = 0;
    uint32_t epoch = 0;
    uint16_t repeat = 0;             // times that the sample came before in this epoch
    std::vector<uint8_t> converted;  // stands for the file when not empty
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
  void Run(Item item, SampleScratch* scratch);
  // What becomes of an item whose pixels are done.
  void EndItem(Item item, Status status, const StageTimes& times);
  SampleKey KeyOf(const Item& item) const;
  // The file, or the converted bytes, which the item must outlive.
  SampleSource SourceOf(const Item& item);
  Status RunItem(const Item& item, SampleScratch* scratch, StageTimes* times);
  // False when nobody would answer.
  bool Park(Item* item);
  void FinishItem(const Item& item, bool ok, const StageTimes& times);
  void FinishMix(const Item& item, int64_t ns);
  void DropItemLocked(const Item& item);
  void EndRunLocked(std::vector<Delivery>* deliveries);
  void DeliverReadyLocked(std::vector<Delivery>* deliveries);
  void StopClockLocked();
  uint32_t BatchCount(uint32_t batch) const;
  // Whether a batch stage follows the pictures of a batch.
  bool has_targets() const {
    return mixes() || (!options_.label_lists.empty() && !options_.decode_only);
  }
  EpochShard shard() const {
    return {static_cast<uint32_t>(options_.batch_size), options_.rank, options_.world_size,
            options_.drop_last};
  }
  bool mixes() const { return !options_.program->batch.empty() && !options_.decode_only; }

  const LoaderOptions options_;
  const uint32_t num_items_;  // per epoch, after drop_last
  const uint32_t num_batches_;
  SampleJob job_;
  OpenFiles files_;                      // of samples that are ranges
  std::unique_ptr<PictureCache> cache_;  // or nullptr
  CudaExecutor* device_ = nullptr;       // of `cuda`
  NvjpegCounts nvjpeg_counts_;
  NvjpegCounts* nvjpeg_ = nullptr;  // set where nvJPEG decodes
  std::shared_ptr<BatchRing> ring_;

  // Guarded by ring_->mutex.
  bool stopping_ = false;
  uint64_t run_ = 0;
  uint32_t epoch_ = 0;
  bool running_ = false;
  std::vector<uint32_t> order_;
  std::vector<uint16_t> repeats_;  // of each place of order_; empty: no sample comes twice
  uint32_t next_item_ = 0;        // the next to be taken by a thread
  BatchSlot* filling_ = nullptr;  // slot of the batch that next_item_ is in, when begun
  uint32_t next_delivery_ = 0;
  std::deque<Waiter> waiters_;
  std::unordered_map<uint64_t, Item> parked_;  // by ticket
  uint64_t last_ticket_ = 0;
  std::vector<Conversion> conversions_;  // parked, not yet told to the reader
  std::deque<Item> answered_;            // to be run by the next free thread
  std::deque<BatchSlot*> unmixed_;       // filled, to be mixed by the next free thread
  LoaderStats stats_;
  int64_t active_since_ns_ = 0;  // 0: no epoch is being read
  RateMeter rate_;
  int on_device_ = 0;  // items that the device's executor has yet to answer

  std::vector<std::thread> threads_;
};

}  // namespace saker

#endif  // SAKER_LOADER_LOADER_H_
