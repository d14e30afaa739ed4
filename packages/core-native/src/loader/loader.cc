#include "loader/loader.h"

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "loader/epoch_order.h"

namespace saker {
namespace {

// Two beyond the batches ahead: one that the reader works on, one that it may still hold.
constexpr int kExtraSlots = 2;

// Descriptors of files that samples are ranges of.
constexpr int kMostOpenFiles = 64;

}  // namespace

Loader::Loader(LoaderOptions options)
    : options_(std::move(options)),
      num_items_(shard().Size(static_cast<uint32_t>(options_.samples.size()))),
      num_batches_((num_items_ + options_.batch_size - 1) / options_.batch_size),
      files_(kMostOpenFiles) {
  job_.program = options_.program.get();
  job_.limits = options_.limits;
  job_.decode_only = options_.decode_only;
  job_.library_only = options_.library_only;
}

StatusOr<std::unique_ptr<Loader>> Loader::Create(LoaderOptions options) {
  const PipelineProgram& program = *options.program;
  SAKER_CHECK(program.fixed_size() && options.batch_size > 0 && options.threads > 0);
  std::unique_ptr<Loader> loader(new Loader(std::move(options)));
  const size_t item_bytes = program.item_bytes();
  if (loader->options_.cuda) {
    SAKER_RETURN_IF_ERROR(CheckCudaProgram(program));
    if (loader->mixes()) {
      return Status(ErrorCode::kPipelineUnsupported,
                    "ops on batches run on the CPU only; use device cpu");
    }
    const auto device = CudaExecutor::Shared();
    if (!device.ok()) return device.status();
    loader->device_ = *device;
    if (loader->options_.nvjpeg && loader->device_->DecodesJpeg())
      loader->nvjpeg_ = &loader->nvjpeg_counts_;
  }
  auto ring = BatchRing::Create(loader->options_.prefetch + kExtraSlots,
                                loader->options_.batch_size, item_bytes, loader->device_);
  if (!ring.ok()) return ring.status();
  loader->ring_ = *ring;
  if (loader->options_.cache != CacheKind::kNone && loader->device_ == nullptr) {
    auto cache = PictureCache::Create(loader->options_.cache, loader->options_.cache_bytes,
                                      loader->options_.samples.size());
    if (!cache.ok()) return cache.status();
    loader->cache_ = std::move(*cache);
  }
  if (loader->options_.decode_only && loader->device_ == nullptr) loader->ring_->FillWithZeros();
  if (loader->has_targets()) {
    SAKER_RETURN_IF_ERROR(loader->ring_->ReserveTargets(loader->options_.classes));
  }
  for (int i = 0; i < loader->options_.threads; ++i) {
    loader->threads_.emplace_back([raw = loader.get()] { raw->Work(); });
  }
  return loader;
}

// A loader that Create gave up on has no ring, and no threads either.
Loader::~Loader() {
  if (ring_ != nullptr) Stop();
}

void Loader::Stop() {
  std::vector<Delivery> deliveries;
  {
    const std::lock_guard<std::mutex> lock(ring_->mutex);
    EndRunLocked(&deliveries);
    stopping_ = true;
    ring_->changed.notify_all();
  }
  for (Delivery& d : deliveries) d.done(std::move(d.batch));
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  if (device_ == nullptr) return;
  device_->Flush();
  std::unique_lock<std::mutex> lock(ring_->mutex);
  ring_->changed.wait(lock, [this] { return on_device_ == 0; });
}

uint64_t Loader::StartEpoch(uint32_t epoch, uint32_t first) {
  std::vector<uint32_t> order;
  std::vector<uint16_t> repeats;
  if (options_.weights.empty()) {
    MakeEpochOrder(static_cast<uint32_t>(options_.samples.size()), options_.shuffle, options_.seed,
                   epoch, &order);
  } else {
    MakeWeightedOrder(options_.weights, options_.seed, epoch, &order, &repeats);
  }
  shard().Take(&order);
  if (!repeats.empty()) shard().Take(&repeats);
  std::vector<Delivery> deliveries;
  uint64_t run = 0;
  {
    const std::lock_guard<std::mutex> lock(ring_->mutex);
    EndRunLocked(&deliveries);
    if (stopping_) return run_;
    run = ++run_;
    epoch_ = epoch;
    order_.swap(order);
    repeats_.swap(repeats);
    first = std::min(first, num_batches_);
    next_item_ = std::min(num_items_, first * static_cast<uint32_t>(options_.batch_size));
    next_delivery_ = first;
    running_ = true;
    active_since_ns_ = NowNs();
    rate_.Restart(active_since_ns_);
    ring_->changed.notify_all();
  }
  for (Delivery& d : deliveries) d.done(std::move(d.batch));
  return run;
}

void Loader::CancelEpoch(uint64_t run) {
  std::vector<Delivery> deliveries;
  {
    const std::lock_guard<std::mutex> lock(ring_->mutex);
    if (run == run_) EndRunLocked(&deliveries);
  }
  for (Delivery& d : deliveries) d.done(std::move(d.batch));
}

void Loader::Next(uint64_t run, Callback done) {
  NextBatch batch;
  {
    const std::lock_guard<std::mutex> lock(ring_->mutex);
    const bool over = run != run_ || !running_ || next_delivery_ + waiters_.size() >= num_batches_;
    if (over) {
      if (run == run_ && waiters_.empty()) StopClockLocked();
    } else {
      BatchSlot* slot = waiters_.empty() ? ring_->FindReady(run_, next_delivery_) : nullptr;
      batch.conversions.swap(conversions_);
      if (slot == nullptr && batch.conversions.empty()) {
        if (ring_->CountInState(SlotState::kLeased) < ring_->num_slots()) {
          waiters_.push_back({std::move(done), NowNs()});
          return;
        }
        batch.status =
            Status(ErrorCode::kBusy, "all " + std::to_string(ring_->num_slots()) +
                                         " batch slots are held; call release() on batches "
                                         "that are done with");
      } else if (slot != nullptr) {
        batch.lease = ring_->Lease(slot);
        ++next_delivery_;
        ++stats_.batches;
      }
    }
  }
  done(std::move(batch));
}

LoaderStats Loader::stats() const {
  const std::lock_guard<std::mutex> lock(ring_->mutex);
  const int64_t now = NowNs();
  LoaderStats stats = stats_;
  if (active_since_ns_ != 0) {
    stats.active_ns += now - active_since_ns_;
    stats.recent_per_second = rate_.PerSecond(now);
  }
  if (!waiters_.empty()) stats.wait_ns += now - waiters_.front().since_ns;
  if (cache_ != nullptr) {
    stats.cache_hits = cache_->hits();
    stats.cache_pictures = cache_->pictures();
    stats.cache_bytes = cache_->used_bytes();
  }
  stats.slots = ring_->num_slots();
  stats.filling = ring_->CountInState(SlotState::kFilling);
  stats.ready = ring_->CountInState(SlotState::kReady);
  stats.leased = ring_->CountInState(SlotState::kLeased);
  stats.nvjpeg_sent = nvjpeg_counts_.sent;
  stats.nvjpeg_fallbacks = nvjpeg_counts_.fallbacks;
  return stats;
}

void Loader::StopClockLocked() {
  if (active_since_ns_ == 0) return;
  stats_.active_ns += NowNs() - active_since_ns_;
  active_since_ns_ = 0;
}

uint32_t Loader::BatchCount(uint32_t batch) const {
  const uint32_t size = static_cast<uint32_t>(options_.batch_size);
  return std::min(size, num_items_ - batch * size);
}

void Loader::EndRunLocked(std::vector<Delivery>* deliveries) {
  if (!running_) return;
  running_ = false;
  StopClockLocked();
  for (const auto& parked : parked_) DropItemLocked(parked.second);
  for (const Item& item : answered_) DropItemLocked(item);
  for (BatchSlot* slot : unmixed_) ring_->MakeFree(slot);
  parked_.clear();
  answered_.clear();
  unmixed_.clear();
  conversions_.clear();
  if (filling_ != nullptr) {
    // The items of the begun batch that no thread took will never be written.
    const uint32_t taken =
        next_item_ - filling_->batch * static_cast<uint32_t>(options_.batch_size);
    filling_->unfinished -= filling_->count - static_cast<int>(taken);
    if (filling_->unfinished == 0) ring_->MakeFree(filling_);
    filling_ = nullptr;
  }
  ring_->FreeReady();
  for (Waiter& waiter : waiters_) deliveries->push_back({std::move(waiter.done), NextBatch()});
  waiters_.clear();
}

// The slot that threads still fill is freed by EndRunLocked, which knows of its untaken items.
void Loader::DropItemLocked(const Item& item) {
  if (--item.slot->unfinished == 0 && item.slot != filling_) ring_->MakeFree(item.slot);
}

void Loader::DeliverReadyLocked(std::vector<Delivery>* deliveries) {
  while (!waiters_.empty()) {
    BatchSlot* slot = ring_->FindReady(run_, next_delivery_);
    if (slot == nullptr) return;
    Waiter waiter = std::move(waiters_.front());
    waiters_.pop_front();
    NextBatch batch;
    batch.lease = ring_->Lease(slot);
    batch.wait_ns = NowNs() - waiter.since_ns;
    ++next_delivery_;
    ++stats_.batches;
    stats_.wait_ns += batch.wait_ns;
    deliveries->push_back({std::move(waiter.done), std::move(batch)});
  }
}

}  // namespace saker
