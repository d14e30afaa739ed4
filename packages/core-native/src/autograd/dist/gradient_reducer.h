// Sums gradients over the processes of a run while backward is still running, in the manner of PyTorch's
// DistributedDataParallel (Li et al., VLDB 2020): parameters are put into buckets in reverse order, and a bucket is sent as
// soon as the gradients of all its parameters are there.
//
// What is summed is count times the gradient of a rank's mean loss; divided by the sum of counts it is the gradient of the
// mean over all counted items, whatever share of them each rank has. Counts travel in the first bucket. Between Finish and
// Begin gradients are left alone: batches that wait for a later update add theirs up without a message.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <unordered_map>
#include <vector>

#include "autograd/dist/process_group.h"

namespace saker::autograd {

class GradientReducer {
 public:
  explicit GradientReducer(ProcessGroup* group);
  ~GradientReducer();

  // Watches the gradients of `parameters` (those that take one, in graph order) through the backward pass that follows.
  // Every rank names the same ones. `count` items of this rank are in the gradients, which times `weight` are sums over
  // them; `stop` asks all ranks to stop.
  void Begin(const std::vector<at::Tensor>& parameters, int64_t count, double weight, bool stop);

  struct Totals {
    int64_t count = 0;  // items on all ranks
    bool stop = false;  // some rank asked to
  };
  // Sends what backward left out, waits, and puts the mean over all items into every gradient. A parameter that took part
  // on no rank keeps none; one that took part elsewhere gets one. Without items anywhere no gradient is left.
  Totals Finish();

  size_t num_buckets() const { return buckets_.size(); }
  // Buckets of the last step that were sent while backward was running.
  size_t sent_early() const { return sent_early_; }

 private:
  struct Bucket {
    std::vector<size_t> parameters;  // indices into parameters_
    std::vector<int64_t> offsets;    // of each in `flat`; behind the last: which of them have a gradient
    int64_t values = 0;
    at::Tensor flat;
    size_t missing = 0;  // gradients that backward has yet to bring
    bool sent = false;
    ProcessGroup::Pending pending;
  };

  void Plan(const std::vector<at::Tensor>& parameters);
  void Watch(const at::Tensor& parameter);
  void Ready(const void* parameter);
  void SendReady();
  void Send(Bucket* bucket);
  at::Tensor View(const Bucket& bucket, size_t i) const;

  ProcessGroup* group_;
  std::vector<at::Tensor> parameters_;
  std::vector<Bucket> buckets_;
  std::unordered_map<const void*, size_t> bucket_of_;  // by TensorImpl
  // Keeps the parameters' accumulators: torch::autograd::Node behind a pointer whose type differs between libtorch 1 and 2.
  std::unordered_map<const void*, std::shared_ptr<void>> watched_;
  std::shared_ptr<GradientReducer*> self_;  // what hooks hold; empties with this object
  bool armed_ = false;
  size_t next_ = 0;  // buckets are sent in order, the same on every rank
  size_t sent_early_ = 0;
  int64_t count_ = 0;
  double weight_ = 1;
  bool stop_ = false;
};

}  // namespace saker::autograd
