// What the loader's threads do: take a picture or a filled batch, run it, hand it back.
#include <algorithm>
#include <memory>
#include <utility>

#include "base/clock.h"
#include "loader/cached_sample.h"
#include "loader/loader.h"

namespace saker {
namespace {

// Epochs of one run stay below 2^16.
constexpr uint32_t kRepeatShift = 16;

}  // namespace

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
  item->repeat = repeats_.empty() ? 0 : repeats_[next_item_];
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
    if (has_targets()) {
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

SampleKey Loader::KeyOf(const Item& item) const {
  const LoaderSample& sample = options_.samples[item.slot->samples[item.index]];
  // A sample that comes again in an epoch is not to look the same again: it draws as in an epoch far away.
  const uint32_t epoch = item.epoch + (static_cast<uint32_t>(item.repeat) << kRepeatShift);
  return {options_.seed, epoch, static_cast<uint32_t>(sample.id)};
}

SampleSource Loader::SourceOf(const Item& item) {
  if (!item.converted.empty()) return {nullptr, {item.converted.data(), item.converted.size()}};
  const LoaderSample& sample = options_.samples[item.slot->samples[item.index]];
  return {&sample.path, {}, sample.range, &files_};
}

Status Loader::RunItem(const Item& item, SampleScratch* scratch, StageTimes* times) {
  const SampleKey key = KeyOf(item);
  const SampleSource source = SourceOf(item);
  const size_t bytes = ring_->item_bytes();
  const OutputView out{item.slot->data.data() + bytes * item.index, bytes};
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
  const SampleKey key = KeyOf(item);
  const size_t bytes = ring_->item_bytes();
  void* out = item.slot->pixels() + bytes * item.index;
  // Shared with the answer, which may come when this thread is at another picture, or before it
  // returns here.
  auto shared = std::make_shared<Item>(std::move(item));
  const SampleSource source = SourceOf(*shared);
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
      MixBatch(*options_.program, options_.seed, item.epoch,
               item.slot->batch * options_.world_size + options_.rank, options_.classes,
               options_.label_lists, item.slot, &mix_scratch);
      FinishMix(item, NowNs() - start);
      continue;
    }
    Run(std::move(item), &scratch);
  }
}

}  // namespace saker
