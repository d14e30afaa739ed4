// What a step is run on: the input batch and what it is measured against.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "base/dlpack.h"

namespace saker::autograd {

// Owns a DLPack tensor until libtorch takes it over.
class DlpackLease {
 public:
  explicit DlpackLease(DLManagedTensor* tensor) : tensor_(tensor) {}
  ~DlpackLease() {
    if (tensor_ != nullptr) tensor_->deleter(tensor_);
  }
  DlpackLease(const DlpackLease&) = delete;
  DlpackLease& operator=(const DlpackLease&) = delete;
  DLManagedTensor* Take() { return std::exchange(tensor_, nullptr); }

 private:
  DLManagedTensor* tensor_;
};

// The input batch. Exactly one of `data` (f32, `dims` row-major, borrowed for the length of the call) and
// `dlpack` (taken over: its deleter runs when libtorch lets go) is set.
struct BatchInput {
  const float* data = nullptr;
  std::shared_ptr<DlpackLease> dlpack;
  std::vector<int64_t> dims;
  bool nhwc = false;  // dims are N,H,W,C; the graph sees N,C,H,W through a view, without a copy
};

// What a batch is measured against: `data`, or `soft` where that is set.
struct Labels {
  const int32_t* data = nullptr;  // [count], borrowed for the call
  size_t count = 0;
  const float* soft = nullptr;  // [soft_count / N, N] row-major, borrowed for the call
  size_t soft_count = 0;
  const uint8_t* mask = nullptr;  // or null; 0 = leave the item out of loss, count and gradients
  size_t mask_count = 0;
};

}  // namespace saker::autograd
