#include "autograd/model_impl.h"

#include "autograd/device.h"
#include "autograd/double_program.h"
#include "autograd/native_threads.h"

namespace saker::autograd {

Parameter& Model::Impl::FindParameter(const std::string& name) {
  const auto it = by_name.find(name);
  if (it == by_name.end()) ThrowArgument("the model has no weight or buffer named '" + name + "'");
  return parameters[it->second];
}

Model::Model(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Model::~Model() = default;

Result<std::shared_ptr<Model>> Model::Create(const Program& program, const ModelOptions& options) {
  return Guard([&] {
    auto impl = std::make_unique<Impl>();
    impl->threads = options.threads;
    impl->device = ResolveDevice(options.device);
    if (options.amp == ModelOptions::Amp::kFp16) {
      if (impl->device.is_cpu()) ThrowArgument("amp fp16 needs a CUDA device, and the model is on the CPU: use bf16");
      impl->amp = at::kHalf;
      impl->scaler.emplace();
    }
    if (options.amp == ModelOptions::Amp::kBf16) impl->amp = at::kBFloat16;
    if (options.double_precision) impl->dtype = at::kDouble;
    impl->checkpoint = options.gradient_checkpointing;
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
      at::Tensor value = TensorFromView(t.value).to(impl->device, impl->dtype);
      if (impl->channels_last && value.dim() == 4)
        value = value.contiguous(at::MemoryFormat::ChannelsLast);
      const bool buffer = role->second == Role::kBuffer;
      if (!buffer) value.set_requires_grad(true);
      weights.emplace(t.name, value);
      impl->by_name.emplace(t.name, impl->parameters.size());
      impl->parameters.push_back({t.name, value, buffer});
    }
    if (options.double_precision) {
      const DoubleProgram wide(program);
      impl->executor = std::make_unique<Executor>(wide.program(), std::move(weights));
    } else {
      impl->executor = std::make_unique<Executor>(program, std::move(weights));
    }
    impl->executor->SetStochasticDepth(options.stochastic_depth);
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
      if (impl_->FindParameter(name).is_buffer) {
        ThrowArgument("'" + name + "' is a running statistic and takes no gradient");
      }
    }
    for (const std::string& name : names) impl_->Find(name).set_requires_grad(on);
    return true;
  });
}

bool Model::channels_last() const { return impl_->channels_last; }
uintptr_t Model::last_input_address() const { return impl_->last_input; }

}  // namespace saker::autograd
