// The processes of one run, joined by libtorch's c10d. Collectives are called by every rank in the same order, from one
// thread. A rank that dies or hangs makes them throw EngineError E_DIST_PEER_LOST on all others.
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "autograd/dist/config.h"

namespace saker::autograd {

class ProcessGroup {
 public:
  // Waits until all ranks are there. E_DIST_BACKEND when this build or this libtorch lacks the backend, E_DIST_CONNECT
  // when the others do not come in time.
  static std::unique_ptr<ProcessGroup> Join(const GroupConfig& config);
  virtual ~ProcessGroup() = default;

  // Waits for a collective that was begun.
  using Pending = std::function<void()>;
  // Begins to sum `t` over all ranks in place. `t` is contiguous and stays as it is until the wait.
  virtual Pending BeginSum(at::Tensor t) = 0;
  // Overwrites `t`, contiguous, with the root's.
  virtual void Broadcast(at::Tensor t, int root) = 0;

  void Sum(at::Tensor t) { BeginSum(std::move(t))(); }
  // The root's bytes, on every rank.
  std::string BroadcastBytes(const std::string& bytes, int root);

  int rank() const { return config_.rank; }
  int world_size() const { return config_.world_size; }
  const GroupConfig& config() const { return config_; }

 protected:
  explicit ProcessGroup(GroupConfig config) : config_(std::move(config)) {}

 private:
  GroupConfig config_;
};

}  // namespace saker::autograd
