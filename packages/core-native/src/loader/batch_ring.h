// BatchRing: the slots that batches are made in. Memory is allocated once; a slot goes round
// free > filling > ready > leased > free.
//
// Ownership: the ring is shared by the loader and by every lease, so a batch that outlives its
// loader keeps its memory. All slot fields are guarded by `mutex`, except the pixels and statuses
// of a filling slot, whose items are each written by the one thread that took them.
#ifndef SAKER_LOADER_BATCH_RING_H_
#define SAKER_LOADER_BATCH_RING_H_

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "base/aligned_buffer.h"
#include "base/status.h"
#include "pipeline/cuda/executor.h"

namespace saker {

enum class SlotState : uint8_t { kFree, kFilling, kReady, kLeased };

struct BatchSlot {
  AlignedBuffer data;                       // batch_size items of item_bytes
  std::shared_ptr<CudaMemory> device_data;  // the same on a device, instead of `data`
  AlignedBuffer targets;         // f32 [batch_size, classes]; empty unless the batch stage runs
  std::vector<Status> statuses;  // per item
  std::vector<int32_t> labels;
  std::vector<int32_t> sample_ids;
  std::vector<uint32_t> samples;  // index into the loader's samples, per item
  SlotState state = SlotState::kFree;
  uint64_t generation = 0;  // of the epoch run that fills it
  uint32_t batch = 0;       // number within the epoch
  int count = 0;            // items in use
  int unfinished = 0;       // items not yet written

  uint8_t* pixels() const { return device_data ? device_data->data() : data.data(); }
};

class BatchLease;

class BatchRing : public std::enable_shared_from_this<BatchRing> {
 public:
  // Allocates everything: in `device`'s memory unless that is null. Errors: E_MEMORY.
  static StatusOr<std::shared_ptr<BatchRing>> Create(int num_slots, int batch_size,
                                                     size_t item_bytes,
                                                     CudaExecutor* device = nullptr);

  // Guards every slot; `changed` is notified when a slot becomes free.
  std::mutex mutex;
  std::condition_variable changed;

  // With `mutex` held. nullptr when no slot is free: the back-pressure of the loader. Slots take
  // turns, so that all their pages are there after the first round, not when the reader first lags.
  BatchSlot* TakeFree();
  // With `mutex` held. The ready slot of that batch, or nullptr.
  BatchSlot* FindReady(uint64_t generation, uint32_t batch);
  // With `mutex` held.
  void MakeFree(BatchSlot* slot);
  // With `mutex` held: ready > leased.
  std::shared_ptr<BatchLease> Lease(BatchSlot* slot);
  // With `mutex` held: frees the ready slots of every epoch run.
  void FreeReady();
  // With `mutex` held.
  int CountInState(SlotState state) const;

  // Before the first slot is taken.
  void FillWithZeros();
  // Gives every slot room for targets; before the first slot is taken. Errors: E_MEMORY.
  Status ReserveTargets(int32_t classes);

  int num_slots() const { return static_cast<int>(slots_.size()); }
  int batch_size() const { return batch_size_; }
  size_t item_bytes() const { return item_bytes_; }

 private:
  BatchRing(int batch_size, size_t item_bytes) : batch_size_(batch_size), item_bytes_(item_bytes) {}

  const int batch_size_;
  const size_t item_bytes_;
  std::vector<std::unique_ptr<BatchSlot>> slots_;
  size_t next_free_ = 0;  // where the search for a free slot starts
};

// The right to read one ready slot. Dropping the last reference, on any thread, frees the slot.
class BatchLease {
 public:
  BatchLease(std::shared_ptr<BatchRing> ring, BatchSlot* slot)
      : ring_(std::move(ring)), slot_(slot) {}
  ~BatchLease();
  BatchLease(const BatchLease&) = delete;
  BatchLease& operator=(const BatchLease&) = delete;

  const BatchSlot& slot() const { return *slot_; }
  uint8_t* data() const { return slot_->pixels(); }
  bool on_device() const { return slot_->device_data != nullptr; }

 private:
  std::shared_ptr<BatchRing> ring_;
  BatchSlot* slot_;
};

}  // namespace saker

#endif  // SAKER_LOADER_BATCH_RING_H_
