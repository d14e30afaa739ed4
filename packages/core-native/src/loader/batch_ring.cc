#include "loader/batch_ring.h"

#include <cstring>

namespace saker {

StatusOr<std::shared_ptr<BatchRing>> BatchRing::Create(int num_slots, int batch_size,
                                                       size_t item_bytes, CudaExecutor* device) {
  std::shared_ptr<BatchRing> ring(new BatchRing(batch_size, item_bytes));
  const size_t n = static_cast<size_t>(batch_size);
  for (int i = 0; i < num_slots; ++i) {
    auto slot = std::make_unique<BatchSlot>();
    const bool fits = item_bytes <= SIZE_MAX / n;
    if (fits && device != nullptr) {
      auto memory = device->Allocate(item_bytes * n);
      if (!memory.ok()) return memory.status();
      slot->device_data = std::move(*memory);
    } else if (!fits || !slot->data.Reserve(item_bytes * n)) {
      return Status(ErrorCode::kMemory, "no memory for " + std::to_string(num_slots) +
                                            " batches of " + std::to_string(batch_size) +
                                            " samples of " + std::to_string(item_bytes) + " bytes");
    }
    slot->statuses.resize(n);
    slot->labels.resize(n);
    slot->sample_ids.resize(n);
    slot->samples.resize(n);
    ring->slots_.push_back(std::move(slot));
  }
  return ring;
}

void BatchRing::FillWithZeros() {
  for (const auto& slot : slots_) {
    std::memset(slot->data.data(), 0, item_bytes_ * static_cast<size_t>(batch_size_));
  }
}

Status BatchRing::ReserveTargets(int32_t classes) {
  const size_t bytes = static_cast<size_t>(batch_size_) * static_cast<size_t>(classes) *
                       sizeof(float);
  for (const auto& slot : slots_) {
    if (slot->targets.Reserve(bytes)) continue;
    return Status(ErrorCode::kMemory, "no memory for the targets of " + std::to_string(classes) +
                                          " classes");
  }
  return OkStatus();
}

BatchSlot* BatchRing::TakeFree() {
  const size_t count = slots_.size();
  for (size_t k = 0; k < count; ++k) {
    const size_t at = (next_free_ + k) % count;
    if (slots_[at]->state != SlotState::kFree) continue;
    next_free_ = at + 1;
    slots_[at]->state = SlotState::kFilling;
    return slots_[at].get();
  }
  return nullptr;
}

BatchSlot* BatchRing::FindReady(uint64_t generation, uint32_t batch) {
  for (const auto& slot : slots_) {
    if (slot->state == SlotState::kReady && slot->generation == generation &&
        slot->batch == batch) {
      return slot.get();
    }
  }
  return nullptr;
}

void BatchRing::MakeFree(BatchSlot* slot) {
  slot->state = SlotState::kFree;
  changed.notify_all();
}

std::shared_ptr<BatchLease> BatchRing::Lease(BatchSlot* slot) {
  SAKER_CHECK(slot->state == SlotState::kReady);
  slot->state = SlotState::kLeased;
  return std::make_shared<BatchLease>(shared_from_this(), slot);
}

void BatchRing::FreeReady() {
  for (const auto& slot : slots_) {
    if (slot->state == SlotState::kReady) MakeFree(slot.get());
  }
}

int BatchRing::CountInState(SlotState state) const {
  int count = 0;
  for (const auto& slot : slots_) count += slot->state == state;
  return count;
}

BatchLease::~BatchLease() {
  const std::lock_guard<std::mutex> lock(ring_->mutex);
  SAKER_CHECK(slot_->state == SlotState::kLeased);
  ring_->MakeFree(slot_);
}

}  // namespace saker
