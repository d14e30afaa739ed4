#include "loader/loader.h"

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "loader/cached_sample.h"
#include "loader/epoch_order.h"

namespace saker {
namespace {

// Two beyond the batches ahead: one that the reader works on, one that it may still hold.
constexpr int kExtraSlots = 2;

// Descriptors of files that samples are ranges of.
constexpr int kMostOpenFiles = 64;

uint32_t ItemsPerEpoch(const LoaderOptions& o) {
  const uint32_t n = static_cast<uint32_t>(o.samples.size());
  return o.drop_last ? n - n % static_cast<uint32_t>(o.batch_size) : n;
}

}  // namespace

Loader::Loader(LoaderOptions options)
    : options_(std::move(options)),
      num_items_(ItemsPerEpoch(options_)),
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
  if (loader->mixes()) {
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

uint64_t Loader::StartEpoch(uint32_t epoch) {
  std::vector<uint32_t> order;
  MakeEpochOrder(static_cast<uint32_t>(options_.samples.size()), options_.shuffle, options_.seed,
                 epoch, &order);
  std::vector<Delivery> deliveries;
  uint64_t run = 0;
  {
    const std::lock_guard<std::mutex> lock(ring_->mutex);
    EndRunLocked(&deliveries);
    if (stopping_) return run_;
    run = ++run_;
    epoch_ = epoch;
    order_.swap(order);
    next_item_ = 0;
    next_delivery_ = 0;
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

bool Loader::TakeItem(Item* item) {
  std::unique_lock<std::mutex> lock(ring_->mutex);
  const uint32_t batch_size = static_cast<uint32_t>(options_.batch_size);
  bool flushed = false;
  for (;;) {
    if (stopping_) return false;
    if (!unmixed_.empty()) {
      item->slot = unmixed_.front();
      item->index = kWholeBatch;
      item->epoch = epoch_;
      unmixed_.pop_front();
      return true;
    }
    if (!answered_.empty()) {
      *item = std::move(answered_.front());
      answered_.pop_front();
      return true;
    }
    if (running_ && next_item_ < num_items_) {
      if (filling_ == nullptr) {
        filling_ = ring_->TakeFree();
        if (filling_ != nullptr) {
          filling_->generation = run_;
          filling_->batch = next_item_ / batch_size;
          filling_->count = static_cast<int>(BatchCount(filling_->batch));
          filling_->unfinished = filling_->count;
        }
      }
      if (filling_ != nullptr) break;
    }
    if (!flushed && device_ != nullptr && on_device_ > 0) {
      // Nothing to do until batches are done: what was staged must not wait for more.
      lock.unlock();
      device_->Flush();
      lock.lock();
      flushed = true;
      continue;
    }
    const int64_t start = NowNs();
    ring_->changed.wait(lock);
    flushed = false;
    stats_.blocked_ns += NowNs() - start;
  }
  item->converted.clear();
  item->slot = filling_;
  item->index = static_cast<int>(next_item_ % batch_size);
  item->epoch = epoch_;
  const uint32_t sample = order_[next_item_];
  filling_->samples[item->index] = sample;
  filling_->labels[item->index] = options_.samples[sample].label;
  filling_->sample_ids[item->index] = options_.samples[sample].id;
  ++next_item_;
  if (item->index + 1 == filling_->count) filling_ = nullptr;
  return true;
}

void Loader::FinishItem(const Item& item, bool ok, const StageTimes& times) {
  std::vector<Delivery> deliveries;
  {
    const std::lock_guard<std::mutex> lock(ring_->mutex);
    ++stats_.images;
    rate_.Add(NowNs());
    stats_.failed += !ok;
    stats_.stages.Add(times);
    if (--item.slot->unfinished > 0) return;
    if (!running_ || item.slot->generation != run_) {
      ring_->MakeFree(item.slot);
      return;
    }
    if (mixes()) {
      unmixed_.push_back(item.slot);
      ring_->changed.notify_all();
      return;
    }
    item.slot->state = SlotState::kReady;
    DeliverReadyLocked(&deliveries);
  }
  for (Delivery& d : deliveries) d.done(std::move(d.batch));
}

void Loader::FinishMix(const Item& item, int64_t ns) {
  std::vector<Delivery> deliveries;
  {
    const std::lock_guard<std::mutex> lock(ring_->mutex);
    stats_.stages.pixel_ns += ns;
    if (!running_ || item.slot->generation != run_) {
      ring_->MakeFree(item.slot);
      return;
    }
    item.slot->state = SlotState::kReady;
    DeliverReadyLocked(&deliveries);
  }
  for (Delivery& d : deliveries) d.done(std::move(d.batch));
}

bool Loader::Park(Item* item) {
  std::vector<Delivery> deliveries;
  {
    const std::lock_guard<std::mutex> lock(ring_->mutex);
    if (!running_ || item->slot->generation != run_) return false;
    const uint64_t ticket = ++last_ticket_;
    conversions_.push_back({ticket, item->slot->samples[item->index]});
    parked_.emplace(ticket, std::move(*item));
    if (!waiters_.empty()) {
      NextBatch batch;
      batch.conversions.swap(conversions_);
      stats_.wait_ns += NowNs() - waiters_.front().since_ns;
      deliveries.push_back({std::move(waiters_.front().done), std::move(batch)});
      waiters_.pop_front();
    }
  }
  for (Delivery& d : deliveries) d.done(std::move(d.batch));
  return true;
}

void Loader::Convert(uint64_t ticket, std::vector<uint8_t> bytes, Status status) {
  Item item;
  {
    const std::lock_guard<std::mutex> lock(ring_->mutex);
    const auto it = parked_.find(ticket);
    if (it == parked_.end()) return;
    item = std::move(it->second);
    parked_.erase(it);
    if (status.ok() && !bytes.empty()) {
      item.converted = std::move(bytes);
      answered_.push_back(std::move(item));
      ring_->changed.notify_all();
      return;
    }
    if (!status.ok()) item.slot->statuses[item.index] = std::move(status);
  }
  FinishItem(item, false, StageTimes());
}

Status Loader::RunItem(const Item& item, SampleScratch* scratch, StageTimes* times) {
  const LoaderSample& sample = options_.samples[item.slot->samples[item.index]];
  const SampleKey key{options_.seed, item.epoch, static_cast<uint32_t>(sample.id)};
  const size_t bytes = ring_->item_bytes();
  const OutputView out{item.slot->data.data() + bytes * item.index, bytes};
  SampleSource source{&sample.path, {}, sample.range, &files_};
  if (!item.converted.empty()) source = {nullptr, {item.converted.data(), item.converted.size()}};
  if (cache_ == nullptr) return RunSample(job_, source, key, out, scratch, times);
  return RunCachedSample(job_, source, item.slot->samples[item.index], key, out, cache_.get(),
                         scratch, times);
}

void Loader::Run(Item item, SampleScratch* scratch) {
  StageTimes times;
  if (device_ == nullptr) {
    Status status = RunItem(item, scratch, &times);
    EndItem(std::move(item), std::move(status), times);
    return;
  }
  const LoaderSample& sample = options_.samples[item.slot->samples[item.index]];
  const SampleKey key{options_.seed, item.epoch, static_cast<uint32_t>(sample.id)};
  const size_t bytes = ring_->item_bytes();
  void* out = item.slot->pixels() + bytes * item.index;
  // Shared with the answer, which may come when this thread is at another picture, or before it
  // returns here.
  auto shared = std::make_shared<Item>(std::move(item));
  SampleSource source{&sample.path, {}, sample.range, &files_};
  if (!shared->converted.empty()) {
    source = {nullptr, {shared->converted.data(), shared->converted.size()}};
  }
  {
    const std::lock_guard<std::mutex> lock(ring_->mutex);
    ++on_device_;
  }
  // The ring is held by the answer too: Stop may return, and the loader go, before it has let go of
  // the lock.
  const auto answer = [this, shared, ring = ring_](Status status) {
    EndItem(*shared, std::move(status), StageTimes());
    const std::lock_guard<std::mutex> lock(ring->mutex);
    if (--on_device_ == 0) ring->changed.notify_all();
  };
  RunSampleOnDevice(job_, source, key, out, bytes, device_, scratch, &times, nvjpeg_, answer);
  const std::lock_guard<std::mutex> lock(ring_->mutex);
  stats_.stages.Add(times);
}

void Loader::EndItem(Item item, Status status, const StageTimes& times) {
  const bool ok = status.ok();
  const bool foreign = status.code() == ErrorCode::kImageFormat && item.converted.empty();
  item.slot->statuses[item.index] = std::move(status);
  if (foreign && options_.convert && Park(&item)) return;
  FinishItem(item, ok, times);
}

void Loader::Work() {
  SampleScratch scratch;
  MixScratch mix_scratch;
  Item item;
  while (TakeItem(&item)) {
    if (item.index == kWholeBatch) {
      const int64_t start = NowNs();
      MixBatch(*options_.program, options_.seed, item.epoch, options_.classes, item.slot,
               &mix_scratch);
      FinishMix(item, NowNs() - start);
      continue;
    }
    Run(std::move(item), &scratch);
  }
}

}  // namespace saker
