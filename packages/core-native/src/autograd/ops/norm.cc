// Normalisation layers and Dropout: the operators whose result depends on train or eval mode.
#include "autograd/dist/sync_batch_norm.h"
#include "autograd/ops/batch_norm_act.h"
#include "autograd/ops/node_reader.h"
#include "autograd/ops/random_mask.h"

namespace saker::autograd {
namespace {

// Train mode uses batch statistics only when the scale is trainable: a frozen layer keeps the statistics that
// its frozen weights were trained with. ONNX momentum weighs the old value, ATen's the new one. The stored
// variance is the unbiased one, as PyTorch's (ONNX's training_mode text has the biased one).
Kernel BatchNormalization(NodeReader& node) {
  node.RequireInputs(5, 5);
  node.Ignore({"consumed_inputs", "is_test", "training_mode"});
  const BatchNormAttributes attributes = ReadBatchNorm(node);
  const double eps = attributes.eps, momentum = attributes.momentum;
  if (node.Int("spatial", 1) != 1) node.Unsupported("spatial = 0");
  return [attributes, eps, momentum](const Values& in, RunContext& run) -> Values {
    if (TakesBatchNormAct(in, {}, run)) return {BatchNormAct(in, {}, attributes, {}, run)};
    const at::Tensor& x = in[0];
    const bool batch_statistics = run.train && in[1].requires_grad();
    if (!batch_statistics) {
      return {at::batch_norm(x, in[1], in[2], in[3], in[4], false, momentum, eps, false)};
    }
    const at::Tensor mean = in[3].clone(), var = in[4].clone();
    const double share = run.statistics_weight < 0 ? momentum : run.statistics_weight;
    if (ProcessGroup* group = SharedStatistics::Group()) {
      at::Tensor y = SyncBatchNorm(x, in[1], in[2], mean, var, share, eps, group);
      run.pending_buffers.emplace_back(in[3], mean);
      run.pending_buffers.emplace_back(in[4], var);
      return {y};
    }
    if (x.dim() < 2 || x.numel() / std::max<int64_t>(1, x.size(1)) < 2) {
      ThrowArgument("BatchNormalization in train mode needs more than one value per channel: use batches of 2 or more");
    }
    at::Tensor y = at::batch_norm(x, in[1], in[2], mean, var, true, share, eps, false);
    run.pending_buffers.emplace_back(in[3], mean);
    run.pending_buffers.emplace_back(in[4], var);
    return {y};
  };
}

Kernel LayerNormalization(NodeReader& node) {
  node.RequireInputs(2, 3);
  const int64_t axis = node.Int("axis", -1);
  const double eps = node.Float("epsilon", 1e-5);
  node.Ignore({"stash_type"});
  return [axis, eps](const Values& in, RunContext&) -> Values {
    const at::Tensor& x = in[0];
    const at::IntArrayRef shape = x.sizes().slice(static_cast<size_t>(NormAxis(axis, x.dim())));
    const at::Tensor bias = in.size() > 2 ? in[2] : at::Tensor();
    if (in[1].sizes() == shape && (!bias.defined() || bias.sizes() == shape)) {
      return {at::layer_norm(x, shape, in[1], bias, eps, false)};
    }
    at::Tensor y = at::layer_norm(x, shape, {}, {}, eps, false) * in[1];
    return {bias.defined() ? y + bias : y};
  };
}

Kernel InstanceNormalization(NodeReader& node) {
  node.RequireInputs(3, 3);
  node.Ignore({"consumed_inputs"});
  const double eps = node.Float("epsilon", 1e-5);
  return [eps](const Values& in, RunContext&) -> Values {
    return {at::instance_norm(in[0], in[1], in[2], {}, {}, true, 0.0, eps, false)};
  };
}

// Scale and bias are per group before opset 21 and per channel from it on.
Kernel GroupNormalization(NodeReader& node) {
  node.RequireInputs(3, 3);
  node.Ignore({"stash_type"});
  const int64_t groups = node.Int("num_groups", 0);
  if (groups < 1) node.Unsupported("num_groups is absent");
  const double eps = node.Float("epsilon", 1e-5);
  const bool per_group = node.opset() < 21;
  return [groups, eps, per_group](const Values& in, RunContext&) -> Values {
    const int64_t repeat = per_group ? in[0].size(1) / groups : 1;
    return {at::group_norm(in[0], groups, in[1].repeat_interleave(repeat), in[2].repeat_interleave(repeat), eps,
                           false)};
  };
}

// x over its L1 or L2 norm along one axis.
Kernel LpNormalization(NodeReader& node) {
  node.RequireInputs(1, 1);
  const int64_t axis = node.Int("axis", -1), p = node.Int("p", 2);
  if (p != 1 && p != 2) node.Unsupported("p = " + std::to_string(p));
  return [axis, p](const Values& in, RunContext&) -> Values {
    return {in[0] / at::norm(in[0], p, {NormAxis(axis, in[0].dim())}, true)};
  };
}

// Zhang and Sennrich 2019; over the axes from `axis` on.
Kernel RmsNormalization(NodeReader& node) {
  node.RequireInputs(2, 2);
  node.Ignore({"stash_type"});
  const int64_t axis = node.Int("axis", -1);
  const double eps = node.Float("epsilon", 1e-5);
  return [axis, eps](const Values& in, RunContext&) -> Values {
    const at::Tensor& x = in[0];
    std::vector<int64_t> axes;
    for (int64_t d = NormAxis(axis, x.dim()); d < x.dim(); ++d) axes.push_back(d);
    return {x * at::rsqrt(at::mean(x * x, axes, true) + eps) * in[1]};
  };
}

Kernel MeanVarianceNormalization(NodeReader& node) {
  node.RequireInputs(1, 1);
  const std::vector<int64_t> axes = node.Ints("axes", {0, 2, 3});
  return [axes](const Values& in, RunContext&) -> Values {
    const at::Tensor centred = in[0] - at::mean(in[0], axes, true);
    return {centred / (at::sqrt(at::mean(centred * centred, axes, true)) + 1e-9)};  // ONNX's function body
  };
}

// LRN over channels, Krizhevsky et al. 2012 section 3.3, with ONNX's asymmetric window for even sizes.
Kernel Lrn(NodeReader& node) {
  node.RequireInputs(1, 1);
  const double alpha = node.Float("alpha", 1e-4), beta = node.Float("beta", 0.75), bias = node.Float("bias", 1);
  const int64_t size = node.Int("size", 0);
  if (size < 1) node.Unsupported("size is absent");
  return [alpha, beta, bias, size](const Values& in, RunContext&) -> Values {
    const at::Tensor& x = in[0];
    if (x.dim() < 2) ThrowArgument("LRN needs a channel dimension");
    std::vector<int64_t> pads(static_cast<size_t>(2 * (x.dim() - 1)), 0);
    pads[pads.size() - 2] = (size - 1) / 2;
    pads[pads.size() - 1] = size / 2;
    const at::Tensor squares = at::constant_pad_nd(x * x, pads, 0);
    at::Tensor sum = squares.narrow(1, 0, x.size(1));
    for (int64_t i = 1; i < size; ++i) sum = sum + squares.narrow(1, i, x.size(1));
    return {x / at::pow(sum * (alpha / static_cast<double>(size)) + bias, beta)};
  };
}

// The engine's mode decides, not the node's training_mode input: an exported graph carries eval mode there.
// The mask is a function of (seed, step, node index) and of the logical shape only.
Kernel Dropout(NodeReader& node) {
  node.RequireInputs(1, 3);
  node.Ignore({"seed", "is_test", "consumed_inputs"});
  const double ratio_attr = node.Float("ratio", 0.5);
  const bool want_mask = node.node().outputs.size() > 1;
  return [ratio_attr, want_mask](const Values& in, RunContext& run) -> Values {
    const at::Tensor& x = in[0];
    const double ratio = in.size() > 1 && in[1].defined() ? in[1].item<double>() : ratio_attr;
    const bool drop = run.train && ratio > 0;
    if (!drop) {
      if (!want_mask) return {x};
      return {x, at::ones(x.sizes(), x.options().dtype(at::kBool))};
    }
    if (ratio >= 1) ThrowArgument("Dropout ratio must be below 1");
    const at::Tensor keep = KeepMask(x.sizes(), ratio, run, MaskUse::kDropout);
    at::Tensor y = x * keep.to(x.options()) * (1 / (1 - ratio));
    if (!want_mask) return {y};
    return {y, keep.to(x.device())};
  };
}

}  // namespace

const std::vector<OpEntry>& NormOps() {
  static const std::vector<OpEntry> ops = {
      {"BatchNormalization", BatchNormalization, 1, false},
      {"LayerNormalization", LayerNormalization},
      {"InstanceNormalization", InstanceNormalization},
      {"GroupNormalization", GroupNormalization},
      {"LpNormalization", LpNormalization},
      {"RMSNormalization", RmsNormalization},
      {"MeanVarianceNormalization", MeanVarianceNormalization},
      {"LRN", Lrn},
      {"Dropout", Dropout, 2, false},
  };
  return ops;
}

}  // namespace saker::autograd
