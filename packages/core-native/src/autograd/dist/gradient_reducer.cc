#include "autograd/dist/gradient_reducer.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/variable.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

namespace saker::autograd {
namespace {

// In front of the first bucket's values: the count, and how many ranks want to stop.
constexpr int64_t kHeader = 2;

class AccumulatedHook : public torch::autograd::FunctionPostHook {
 public:
  explicit AccumulatedHook(std::function<void()> ready) : ready_(std::move(ready)) {}
  torch::autograd::variable_list operator()(const torch::autograd::variable_list& outputs,
                                            const torch::autograd::variable_list&) override {
    ready_();
    return outputs;
  }

 private:
  std::function<void()> ready_;
};

}  // namespace

GradientReducer::GradientReducer(ProcessGroup* group)
    : group_(group), self_(std::make_shared<GradientReducer*>(this)) {}

GradientReducer::~GradientReducer() { *self_ = nullptr; }

void GradientReducer::Watch(const at::Tensor& parameter) {
  const void* key = parameter.unsafeGetTensorImpl();
  if (watched_.count(key) > 0) return;
  // A parameter keeps its accumulator only weakly; the hook lives as long as we hold it.
  auto accumulator = torch::autograd::impl::grad_accumulator(parameter);
  accumulator->add_post_hook(std::make_unique<AccumulatedHook>([self = self_, key] {
    if (*self != nullptr) (*self)->Ready(key);
  }));
  watched_.emplace(key, std::make_shared<decltype(accumulator)>(std::move(accumulator)));
}

void GradientReducer::Plan(const std::vector<at::Tensor>& parameters) {
  bool same = parameters.size() == parameters_.size();
  for (size_t i = 0; same && i < parameters.size(); ++i) same = parameters[i].is_same(parameters_[i]);
  if (same) return;
  parameters_ = parameters;
  buckets_.clear();
  bucket_of_.clear();
  const int64_t most = std::max<int64_t>(1, group_->config().bucket_bytes / static_cast<int64_t>(sizeof(float)));
  for (size_t i = parameters.size(); i-- > 0;) {
    Watch(parameters[i]);
    if (buckets_.empty() || buckets_.back().values >= most) buckets_.emplace_back();
    Bucket& bucket = buckets_.back();
    bucket.parameters.push_back(i);
    bucket.offsets.push_back(kHeader + bucket.values);
    bucket.values += parameters[i].numel();
    bucket_of_[parameters[i].unsafeGetTensorImpl()] = buckets_.size() - 1;
  }
  if (buckets_.empty()) buckets_.emplace_back();  // counts are told all the same
  for (Bucket& bucket : buckets_) {
    const int64_t size = kHeader + bucket.values + static_cast<int64_t>(bucket.parameters.size());
    const c10::Device device = parameters.empty() ? c10::Device(c10::kCPU) : parameters[0].device();
    bucket.flat = at::empty({size}, at::TensorOptions().dtype(at::kFloat).device(device));
  }
}

void GradientReducer::Begin(const std::vector<at::Tensor>& parameters, int64_t count, double weight, bool stop) {
  Plan(parameters);
  count_ = count;
  weight_ = weight;
  stop_ = stop;
  next_ = 0;
  sent_early_ = 0;
  for (Bucket& bucket : buckets_) {
    bucket.missing = bucket.parameters.size();
    bucket.sent = false;
    bucket.pending = nullptr;
  }
  armed_ = true;
}

void GradientReducer::Ready(const void* parameter) {
  if (!armed_) return;
  const auto it = bucket_of_.find(parameter);
  if (it == bucket_of_.end()) return;
  Bucket& bucket = buckets_[it->second];
  if (bucket.missing > 0) --bucket.missing;
  while (next_ < buckets_.size() && buckets_[next_].missing == 0) {
    Send(&buckets_[next_++]);
    ++sent_early_;
  }
}

// The part of the bucket that parameter `i` of it has, in the memory order of the parameter.
at::Tensor GradientReducer::View(const Bucket& bucket, size_t i) const {
  const at::Tensor& p = parameters_[bucket.parameters[i]];
  if (p.is_non_overlapping_and_dense()) return bucket.flat.as_strided(p.sizes(), p.strides(), bucket.offsets[i]);
  return bucket.flat.narrow(0, bucket.offsets[i], p.numel()).view(p.sizes());
}

void GradientReducer::Send(Bucket* bucket) {
  c10::AutoGradMode grad(false);
  const int64_t members = static_cast<int64_t>(bucket->parameters.size());
  // Written on the host, wherever the bucket lies.
  const at::Tensor told = at::empty({kHeader + members}, at::TensorOptions().dtype(at::kFloat));
  float* const header = told.data_ptr<float>();
  float* const flag = header + kHeader;
  header[0] = static_cast<float>(count_);
  header[1] = stop_ ? 1.0f : 0.0f;
  for (size_t i = 0; i < bucket->parameters.size(); ++i) {
    const at::Tensor& gradient = parameters_[bucket->parameters[i]].grad();
    const bool there = gradient.defined() && count_ > 0;
    flag[i] = there ? 1.0f : 0.0f;
    at::Tensor view = View(*bucket, i);
    if (there) {
      at::mul_out(view, gradient, at::scalar_tensor(weight_));
    } else {
      view.zero_();
    }
  }
  bucket->flat.narrow(0, 0, kHeader).copy_(told.narrow(0, 0, kHeader));
  bucket->flat.narrow(0, kHeader + bucket->values, members).copy_(told.narrow(0, kHeader, members));
  bucket->sent = true;
  bucket->pending = group_->BeginSum(bucket->flat);
}

GradientReducer::Totals GradientReducer::Finish() {
  armed_ = false;
  while (next_ < buckets_.size()) Send(&buckets_[next_++]);
  c10::AutoGradMode grad(false);
  Totals totals;
  for (Bucket& bucket : buckets_) {
    bucket.pending();
    bucket.pending = nullptr;
    const int64_t members = static_cast<int64_t>(bucket.parameters.size());
    const at::Tensor head = bucket.flat.narrow(0, 0, kHeader).to(at::kCPU);
    const at::Tensor flags = bucket.flat.narrow(0, kHeader + bucket.values, members).to(at::kCPU);
    const float* const header = head.data_ptr<float>();
    const float* const flag = flags.data_ptr<float>();
    totals.count = static_cast<int64_t>(std::lround(header[0]));
    totals.stop = header[1] > 0;
    for (size_t i = 0; i < bucket.parameters.size(); ++i) {
      at::Tensor& gradient = parameters_[bucket.parameters[i]].mutable_grad();
      if (flag[i] == 0 || totals.count == 0) {
        gradient.reset();
        continue;
      }
      at::Tensor view = View(bucket, i);
      view.div_(static_cast<double>(totals.count));
      // The bucket is written again only by the next step, which drops gradients first.
      gradient = view;
    }
  }
  return totals;
}

}  // namespace saker::autograd
