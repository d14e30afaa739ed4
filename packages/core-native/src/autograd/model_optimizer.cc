#include "autograd/model_impl.h"

#include <c10/core/GradMode.h>

#include <map>

namespace saker::autograd {

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
        const Parameter& parameter = impl_->FindParameter(name);
        if (parameter.is_buffer) {
          ThrowArgument("'" + name + "' is a running statistic and can't be optimised");
        }
        if (const auto blocker = impl_->executor->GradientBlocker(name)) {
          throw EngineError("E_OP_UNSUPPORTED",
                            {{"op", blocker->op},
                             {"domain", "ai.onnx"},
                             {"node", blocker->label},
                             {"detail", "no gradient passes through it, and it stands between '" + name +
                                            "' and the output: that weight can only be kept as it is"}});
        }
        if (!seen.emplace(name, g).second)
          ThrowArgument("'" + name + "' is in two optimiser groups");
        group.params.push_back({name, parameter.tensor});
      }
      groups.push_back(std::move(group));
    }
    if (config.nesterov && config.momentum <= 0) ThrowArgument("nesterov needs a momentum above 0");
    if (impl_->accumulation.items > 0) impl_->DropAccumulated();
    impl_->optimizer = std::make_unique<Optimizer>(config, std::move(groups));
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

}  // namespace saker::autograd
