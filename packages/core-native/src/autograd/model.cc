#include "autograd/model.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <c10/core/GradMode.h>
#include <torch/version.h>

#include <cmath>
#include <cstring>

#include "autograd/batch.h"
#include "autograd/executor.h"
#include "autograd/loss.h"
#include "autograd/native_threads.h"
#include "autograd/optimizer.h"

namespace saker::autograd {
namespace {

struct Parameter {
  std::string name;
  at::Tensor tensor;
  bool is_buffer = false;
};

HostTensor ToHost(const at::Tensor& t) {
  const at::Tensor flat = t.detach().to(at::kFloat).contiguous();
  HostTensor out;
  out.dims = flat.sizes().vec();
  out.data.assign(flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel());
  return out;
}

at::Tensor FromHost(const HostTensor& host, const std::string& name) {
  int64_t count = 1;
  for (int64_t d : host.dims) count *= d;
  if (count != static_cast<int64_t>(host.data.size())) {
    ThrowArgument("tensor '" + name + "' has " + std::to_string(host.data.size()) + " values for " +
                  std::to_string(count) + " elements");
  }
  return at::from_blob(const_cast<float*>(host.data.data()), host.dims,
                       at::TensorOptions().dtype(at::kFloat));
}

// Runs `body`, turning every exception into a Failure.
template <typename F>
auto Guard(F&& body) -> Result<decltype(body())> {
  Result<decltype(body())> result;
  try {
    result.value = body();
  } catch (const EngineError& error) {
    result.failure = error.failure();
  } catch (const c10::Error& error) {
    result.failure = {"E_INTERNAL",
                      {{"detail", std::string("libtorch: ") + error.what_without_backtrace()}}};
  } catch (const std::bad_alloc&) {
    result.failure = {"E_MEMORY", {{"detail", "libtorch could not allocate a tensor"}}};
  } catch (const std::exception& error) {
    result.failure = {"E_INTERNAL", {{"detail", error.what()}}};
  }
  return result;
}

}  // namespace

struct Model::Impl {
  std::vector<Parameter> parameters;
  std::unordered_map<std::string, size_t> by_name;
  std::unique_ptr<Executor> executor;
  std::unique_ptr<Optimizer> optimizer;
  std::vector<int64_t> input_dims;
  int threads = 0;
  bool channels_last = false;
  uintptr_t last_input = 0;

  at::Tensor& Find(const std::string& name) {
    const auto it = by_name.find(name);
    if (it == by_name.end())
      ThrowArgument("the model has no weight or buffer named '" + name + "'");
    return parameters[it->second].tensor;
  }

  at::Tensor Adopt(const BatchInput& input) {
    at::Tensor x = AdoptBatch(input, input_dims);
    last_input = reinterpret_cast<uintptr_t>(x.data_ptr());
    return x;
  }

  at::Tensor Layout(const at::Tensor& x) const {
    return channels_last && x.dim() == 4 ? x.contiguous(at::MemoryFormat::ChannelsLast) : x;
  }

  RunContext Context(const StepOptions& options, bool train) const {
    RunContext run;
    run.train = train;
    run.seed = options.seed;
    run.step = options.step;
    return run;
  }

  at::Tensor Logits(const at::Tensor& x, RunContext& run) {
    at::Tensor y = executor->Run(x, {executor->outputs().at(0)}, run)[0];
    if (y.dim() < 2) ThrowArgument("the graph's first output is not a batch of logits");
    return y.flatten(1);
  }

  // Forward and loss of the counted items with gradients on; returns false when none counts.
  bool ForwardLoss(const BatchInput& input, const Labels& labels, const StepOptions& options,
                   RunContext& run, StepResult* out, at::Tensor* loss) {
    at::Tensor x = Adopt(input);
    Targets t = MakeTargets(labels, x.size(0));
    if (t.count == 0) return false;
    // Items left out never reach the graph: a failed photo's zeros would shift batch statistics.
    if (t.keep.defined()) {
      x = x.index_select(0, t.keep);
      t.values = t.values.index_select(0, t.keep);
    }
    c10::AutoGradMode grad(true);
    *loss = CrossEntropy(Logits(Layout(x), run), t.values, options.label_smoothing, out);
    if (!std::isfinite(out->loss)) {
      throw EngineError("E_TRAIN_DIVERGED", {{"loss", std::to_string(out->loss)},
                                             {"step", std::to_string(options.step)}});
    }
    return true;
  }

  void ZeroGrad() {
    for (Parameter& p : parameters) p.tensor.mutable_grad().reset();
  }
};

Model::Model(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Model::~Model() = default;

Result<std::shared_ptr<Model>> Model::Create(const Program& program, const ModelOptions& options) {
  return Guard([&] {
    auto impl = std::make_unique<Impl>();
    impl->threads = options.threads;
    bool has_conv = false;
    for (const Node& node : program.nodes) has_conv = has_conv || node.op == "Conv";
    const auto roles = InitializerRoles(program);
    for (const Input& input : program.inputs) {
      if (roles.count(input.name) == 0) impl->input_dims = input.dims;
    }
    const bool images = has_conv && impl->input_dims.size() == 4;
    impl->channels_last = options.channels_last == ModelOptions::ChannelsLast::kOn ||
                          (options.channels_last == ModelOptions::ChannelsLast::kAuto && images);
    std::unordered_map<std::string, at::Tensor> weights;
    for (const NamedTensor& t : program.tensors) {
      if (t.value.dtype == "f16") {
        ThrowArgument("initializer '" + t.name +
                      "' is f16: the engine trains in f32, convert the model first");
      }
      const auto role = roles.find(t.name);
      if (role == roles.end() || role->second == Role::kConstant) continue;
      at::Tensor value = TensorFromView(t.value);
      if (impl->channels_last && value.dim() == 4)
        value = value.contiguous(at::MemoryFormat::ChannelsLast);
      const bool buffer = role->second == Role::kBuffer;
      if (!buffer) value.set_requires_grad(true);
      weights.emplace(t.name, value);
      impl->by_name.emplace(t.name, impl->parameters.size());
      impl->parameters.push_back({t.name, value, buffer});
    }
    impl->executor = std::make_unique<Executor>(program, std::move(weights));
    return std::shared_ptr<Model>(new Model(std::move(impl)));
  });
}

void Model::EnterThread() {
  if (impl_->threads > 0) SetThreads(impl_->threads);
}

std::vector<ParameterInfo> Model::Parameters() const {
  std::vector<ParameterInfo> out;
  for (const Parameter& p : impl_->parameters) {
    out.push_back({p.name, p.tensor.sizes().vec(), p.tensor.requires_grad(), p.is_buffer});
  }
  return out;
}

Result<bool> Model::SetTrainable(const std::vector<std::string>& names, bool on) {
  return Guard([&] {
    for (const std::string& name : names) {
      impl_->Find(name);
      if (impl_->parameters[impl_->by_name.at(name)].is_buffer) {
        ThrowArgument("'" + name + "' is a running statistic and takes no gradient");
      }
    }
    for (const std::string& name : names) impl_->Find(name).set_requires_grad(on);
    return true;
  });
}

Result<HostTensors> Model::Forward(const BatchInput& input, const std::vector<std::string>& outputs,
                                   const StepOptions& options) {
  return Guard([&] {
    c10::AutoGradMode grad(false);
    const at::Tensor x = impl_->Adopt(input);
    RunContext run = impl_->Context(options, options.train);
    const auto& wanted = outputs.empty() ? impl_->executor->outputs() : outputs;
    const auto values = impl_->executor->Run(impl_->Layout(x), wanted, run);
    for (auto& [buffer, next] : run.pending_buffers) buffer.copy_(next);
    HostTensors out;
    for (size_t i = 0; i < wanted.size(); ++i) out[wanted[i]] = ToHost(values[i]);
    return out;
  });
}

Result<bool> Model::ConfigureOptimizer(const OptimizerConfig& config) {
  return Guard([&] {
    std::vector<Optimizer::Group> groups;
    std::map<std::string, size_t> seen;
    for (size_t g = 0; g < config.groups.size(); ++g) {
      Optimizer::Group group;
      group.lr = config.groups[g].lr;
      group.weight_decay = config.groups[g].weight_decay;
      group.clip_adaptive = config.groups[g].clip_adaptive;
      for (const std::string& name : config.groups[g].params) {
        const at::Tensor& tensor = impl_->Find(name);
        if (impl_->parameters[impl_->by_name.at(name)].is_buffer) {
          ThrowArgument("'" + name + "' is a running statistic and can't be optimised");
        }
        if (!seen.emplace(name, g).second)
          ThrowArgument("'" + name + "' is in two optimiser groups");
        group.params.push_back({name, tensor});
      }
      groups.push_back(std::move(group));
    }
    if (config.nesterov && config.momentum <= 0) ThrowArgument("nesterov needs a momentum above 0");
    impl_->optimizer = std::make_unique<Optimizer>(config, std::move(groups));
    return true;
  });
}

Result<StepResult> Model::TrainStep(const BatchInput& input, const Labels& labels,
                                    const StepOptions& options) {
  return Guard([&] {
    if (!impl_->optimizer) ThrowArgument("trainStep before configureOptimizer");
    if (!options.lrs.empty() && options.lrs.size() != impl_->optimizer->num_groups()) {
      ThrowArgument("expected " + std::to_string(impl_->optimizer->num_groups()) +
                    " learning rates, received " + std::to_string(options.lrs.size()));
    }
    StepResult out;
    at::Tensor loss;
    RunContext run = impl_->Context(options, true);
    impl_->ZeroGrad();
    if (!impl_->ForwardLoss(input, labels, options, run, &out, &loss)) return out;
    if (!loss.requires_grad()) {
      throw EngineError("E_TRAIN_NO_PARAMETERS",
                        {{"detail", "no trainable weight takes part in the loss"}});
    }
    loss.backward();
    c10::AutoGradMode grad(false);
    out.grad_norm = impl_->optimizer->GradNorm();
    if (!std::isfinite(out.grad_norm)) {
      impl_->ZeroGrad();
      throw EngineError("E_TRAIN_DIVERGED",
                        {{"loss", std::to_string(out.loss) + " with a gradient norm of " +
                                      std::to_string(out.grad_norm)},
                         {"step", std::to_string(options.step)}});
    }
    impl_->optimizer->Clip(out.grad_norm, options);
    impl_->optimizer->Step(options.lrs);
    for (auto& [buffer, next] : run.pending_buffers) buffer.copy_(next);
    impl_->ZeroGrad();
    return out;
  });
}

Result<StepResult> Model::EvalStep(const BatchInput& input, const Labels& labels,
                                   const StepOptions& options) {
  return Guard([&] {
    c10::AutoGradMode grad(false);
    StepResult out;
    at::Tensor x = impl_->Adopt(input);
    const Targets t = MakeTargets(labels, x.size(0));
    RunContext run = impl_->Context(options, false);
    const at::Tensor logits = impl_->Logits(impl_->Layout(x), run);
    out.probabilities = ToHost(at::softmax(logits, 1));
    if (t.count == 0) return out;
    const at::Tensor kept = t.keep.defined() ? logits.index_select(0, t.keep) : logits;
    const at::Tensor wanted = t.keep.defined() ? t.values.index_select(0, t.keep) : t.values;
    CrossEntropy(kept, wanted, options.label_smoothing, &out);
    return out;
  });
}

Result<StepResult> Model::LossAndGradients(const BatchInput& input, const Labels& labels,
                                           const StepOptions& options) {
  return Guard([&] {
    StepResult out;
    at::Tensor loss;
    RunContext run = impl_->Context(options, options.train);
    impl_->ZeroGrad();
    if (!impl_->ForwardLoss(input, labels, options, run, &out, &loss)) return out;
    if (loss.requires_grad()) loss.backward();
    for (const Parameter& p : impl_->parameters) {
      if (p.tensor.requires_grad() && p.tensor.grad().defined())
        out.gradients[p.name] = ToHost(p.tensor.grad());
    }
    impl_->ZeroGrad();
    return out;
  });
}

Result<HostTensors> Model::ReadTensors(const std::vector<std::string>& names) const {
  return Guard([&] {
    HostTensors out;
    for (const std::string& name : names) out[name] = ToHost(impl_->Find(name));
    if (names.empty()) {
      for (const Parameter& p : impl_->parameters) out[p.name] = ToHost(p.tensor);
    }
    return out;
  });
}

Result<bool> Model::WriteTensors(const HostTensors& tensors) {
  return Guard([&] {
    c10::AutoGradMode grad(false);
    for (const auto& [name, host] : tensors) {
      if (impl_->Find(name).sizes() != at::IntArrayRef(host.dims)) {
        throw EngineError("E_MODEL_TENSORS",
                          {{"detail", "'" + name + "' has another shape than the model's"}});
      }
      FromHost(host, name);
    }
    for (const auto& [name, host] : tensors) impl_->Find(name).copy_(FromHost(host, name));
    return true;
  });
}

Result<HostTensors> Model::OptimizerState() const {
  return Guard([&] {
    HostTensors out;
    if (!impl_->optimizer) return out;
    for (const auto& [name, tensor] : impl_->optimizer->State()) out[name] = ToHost(tensor);
    return out;
  });
}

Result<bool> Model::LoadOptimizerState(const HostTensors& state) {
  return Guard([&] {
    if (!impl_->optimizer) ThrowArgument("loadOptimizerState before configureOptimizer");
    c10::AutoGradMode grad(false);
    std::map<std::string, at::Tensor> tensors;
    for (const auto& [name, host] : state) tensors[name] = FromHost(host, name);
    impl_->optimizer->LoadState(tensors);
    return true;
  });
}

bool Model::channels_last() const { return impl_->channels_last; }
uintptr_t Model::last_input_address() const { return impl_->last_input; }

TorchInfo GetTorchInfo() {
  TorchInfo info;
  info.version = TORCH_VERSION;
  info.threads = at::get_num_threads();
  info.mkldnn = at::globalContext().hasMKLDNN();
  info.blas = BlasName();
  info.cuda_built = CudaBuilt();
  info.cuda_available = at::globalContext().hasCUDA();
  return info;
}

}  // namespace saker::autograd
