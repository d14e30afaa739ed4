#include "autograd/dist/sync_batch_norm.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "autograd/error.h"

namespace saker::autograd {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

std::vector<int64_t> OtherDims(const at::Tensor& x) {
  std::vector<int64_t> dims{0};
  for (int64_t d = 2; d < x.dim(); ++d) dims.push_back(d);
  return dims;
}

// A value for each channel, to be combined with x.
at::Tensor Spread(const at::Tensor& channels, const at::Tensor& x) {
  std::vector<int64_t> shape(static_cast<size_t>(x.dim()), 1);
  shape[1] = x.size(1);
  return channels.to(x.scalar_type()).view(shape);
}

// Sums of the ranks are made in f64, so that a variance may be had from sums of squares.
struct Statistics {
  at::Tensor mean, var;  // f64 [C]; biased variance
  double count = 0;      // values of a channel
};

Statistics Gather(const at::Tensor& x, ProcessGroup* group, bool counts) {
  const int64_t channels = x.size(1);
  const auto options = x.options().dtype(at::kDouble);
  at::Tensor sums = at::zeros({2 * channels + 1}, options);
  const int64_t count = counts ? x.numel() / std::max<int64_t>(1, channels) : 0;
  if (count > 0) {
    const auto [var, mean] = at::var_mean(x, OtherDims(x), /*unbiased=*/false);
    const at::Tensor m = mean.to(at::kDouble), v = var.to(at::kDouble);
    const double n = static_cast<double>(count);
    sums.narrow(0, 0, channels).copy_(m * n);
    sums.narrow(0, channels, channels).copy_((v + m * m) * n);
    sums.narrow(0, 2 * channels, 1).fill_(n);
  }
  group->Sum(sums);
  Statistics out;
  out.count = sums[2 * channels].item<double>();
  out.mean = sums.narrow(0, 0, channels) / out.count;
  out.var = (sums.narrow(0, channels, channels) / out.count - out.mean * out.mean).clamp_min(0);
  return out;
}

class SyncBatchNormFunction : public torch::autograd::Function<SyncBatchNormFunction> {
 public:
  static at::Tensor forward(AutogradContext* ctx, const at::Tensor& x, const at::Tensor& weight,
                            const at::Tensor& bias, at::Tensor mean, at::Tensor var, double momentum, double eps,
                            int64_t group_address, bool counts) {
    auto* group = reinterpret_cast<ProcessGroup*>(group_address);
    const Statistics s = Gather(x, group, counts);
    if (s.count < 2) ThrowArgument("BatchNormalization in train mode needs more than one value per channel: use batches of 2 or more");
    mean.mul_(1 - momentum).add_(s.mean.to(mean.scalar_type()), momentum);
    var.mul_(1 - momentum).add_((s.var * (s.count / (s.count - 1))).to(var.scalar_type()), momentum);
    const at::Tensor scale = at::rsqrt(s.var + eps);
    const at::Tensor normal = (x - Spread(s.mean, x)) * Spread(scale, x);
    ctx->save_for_backward({normal, weight, scale});
    ctx->saved_data["group"] = group_address;
    ctx->saved_data["count"] = s.count;
    ctx->saved_data["counts"] = counts;
    return normal * Spread(weight, x) + Spread(bias, x);
  }

  // dx = w s (dy - mean(dy) - n mean(dy n)), means over all ranks (Ioffe and Szegedy 2015, section 3).
  static variable_list backward(AutogradContext* ctx, variable_list outputs) {
    const auto saved = ctx->get_saved_variables();
    const at::Tensor &normal = saved[0], &weight = saved[1], &scale = saved[2];
    auto* group = reinterpret_cast<ProcessGroup*>(ctx->saved_data["group"].toInt());
    const double count = ctx->saved_data["count"].toDouble();
    const at::Tensor& dy = outputs[0];
    const auto dims = OtherDims(dy);
    const at::Tensor d_bias = dy.sum(dims), d_weight = (dy * normal).sum(dims);
    at::Tensor sums = at::cat({d_bias, d_weight}).to(at::kDouble).contiguous();
    const bool counts = ctx->saved_data["counts"].toBool();
    if (!counts) sums.zero_();
    group->Sum(sums);
    if (!counts) return {at::zeros_like(dy), d_weight, d_bias, {}, {}, {}, {}, {}, {}};
    sums.div_(count);
    const int64_t channels = dy.size(1);
    const at::Tensor dx = (dy - Spread(sums.narrow(0, 0, channels), dy) -
                           normal * Spread(sums.narrow(0, channels, channels), dy)) *
                          Spread(scale * weight.to(at::kDouble), dy);
    return {dx, d_weight, d_bias, {}, {}, {}, {}, {}, {}};
  }
};

}  // namespace

namespace {
thread_local ProcessGroup* shared_group = nullptr;
thread_local bool items_count = true;
}  // namespace

SharedStatistics::SharedStatistics(ProcessGroup* group, bool counts)
    : before_(std::exchange(shared_group, group)), counted_before_(std::exchange(items_count, counts)) {}
SharedStatistics::~SharedStatistics() {
  shared_group = before_;
  items_count = counted_before_;
}
ProcessGroup* SharedStatistics::Group() { return shared_group; }
bool SharedStatistics::Counts() { return items_count; }

at::Tensor SyncBatchNorm(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, at::Tensor mean,
                         at::Tensor var, double momentum, double eps, ProcessGroup* group) {
  return SyncBatchNormFunction::apply(x, weight, bias, mean, var, momentum, eps, reinterpret_cast<int64_t>(group),
                                      items_count);
}

}  // namespace saker::autograd
