#include <c10/core/GradMode.h>

#include <algorithm>

#include "autograd/dist/member.h"
#include "autograd/dist/sync_batch_norm.h"
#include "autograd/model_impl.h"

namespace saker::autograd {
namespace {

ProcessGroup& GroupOf(const std::shared_ptr<GroupMember>& member) {
  if (member == nullptr) ThrowArgument("the model is in no group of processes");
  return *member->group;
}

}  // namespace

Result<bool> Model::JoinGroup(const GroupConfig& config) {
  return Guard([&] {
    if (impl_->member != nullptr) ThrowArgument("the model is in a group already");
    auto member = std::make_shared<GroupMember>();
    GroupConfig own = config;
    own.device = impl_->device.str();
    member->group = ProcessGroup::Join(own);
    member->reducer = std::make_unique<GradientReducer>(member->group.get());
    impl_->member = std::move(member);
    return true;
  });
}

Result<bool> Model::LeaveGroup() {
  return Guard([&] {
    impl_->member.reset();
    return true;
  });
}

void Model::AskToStop() {
  if (const auto member = impl_->member) member->stop = true;
}

std::optional<GroupStep> Model::LastGroupStep() const {
  if (impl_->member == nullptr) return std::nullopt;
  return impl_->member->last;
}

Result<bool> Model::BroadcastTensors(bool buffers_only) {
  return Guard([&] {
    c10::AutoGradMode grad(false);
    ProcessGroup& group = GroupOf(impl_->member);
    for (const Parameter& p : impl_->parameters) {
      if (buffers_only && !p.is_buffer) continue;
      at::Tensor flat = p.tensor.detach().contiguous();
      group.Broadcast(flat, 0);
      p.tensor.detach().copy_(flat);
    }
    return true;
  });
}

Result<std::vector<double>> Model::GroupSum(std::vector<double> values) {
  return Guard([&] {
    c10::AutoGradMode grad(false);
    at::Tensor t = at::empty({static_cast<int64_t>(values.size())}, at::TensorOptions().dtype(at::kDouble));
    std::copy(values.begin(), values.end(), t.data_ptr<double>());
    GroupOf(impl_->member).Sum(t);
    std::copy_n(t.data_ptr<double>(), values.size(), values.begin());
    return values;
  });
}

Result<std::string> Model::GroupBroadcast(const std::string& bytes) {
  return Guard([&] {
    c10::AutoGradMode grad(false);
    return GroupOf(impl_->member).BroadcastBytes(bytes, 0);
  });
}

ProcessGroup* Model::Impl::StatisticsGroup() const {
  const bool shared = member != nullptr && member->group->config().sync_batch_norm;
  return shared ? member->group.get() : nullptr;
}

at::Tensor Model::Impl::EmptyLoss(RunContext& run) {
  if (StatisticsGroup() == nullptr) return {};
  std::vector<int64_t> dims = last_dims;
  dims[0] = 1;  // one picture of zeros that does not count: not every kernel of libtorch takes an empty batch
  const SharedStatistics shared(StatisticsGroup(), /*counts=*/false);
  c10::AutoGradMode grad(true);
  // Run again by the backward pass as on the other ranks, with the messages of that.
  run.amp = amp;
  run.checkpoint = checkpoint;
  return Logits(Layout(at::zeros(dims, device)), run).sum();
}

bool Model::Impl::Backward(const at::Tensor& loss, const StepResult& out) {
  // Gradients of several batches are added up as sums over items (see Accumulation), those of a batch alone are of its mean loss.
  const bool sums = accumulation.items > 0;
  const int64_t items = accumulation.items + out.count;
  at::Tensor from = loss.defined() ? Scaled(loss) : loss;
  if (sums && from.defined()) from = from * (static_cast<double>(out.count) / accumulation.unit);
  if (member == nullptr) {
    if (from.defined()) from.backward();
    c10::AutoGradMode grad(false);
    for (Parameter& p : parameters) {
      if (sums && p.tensor.grad().defined()) p.tensor.mutable_grad().div_(static_cast<double>(items) / accumulation.unit);
    }
    return items > 0;
  }
  std::vector<at::Tensor> trained;
  for (const Parameter& p : parameters) {
    if (p.tensor.requires_grad()) trained.push_back(p.tensor);
  }
  GradientReducer& reducer = *member->reducer;
  reducer.Begin(trained, items, sums ? accumulation.unit : static_cast<double>(items), member->stop);
  if (from.defined()) from.backward();
  const GradientReducer::Totals totals = reducer.Finish();
  member->last = GroupStep{totals.count, totals.stop, reducer.num_buckets(), reducer.sent_early()};
  return totals.count > 0;
}

}  // namespace saker::autograd
