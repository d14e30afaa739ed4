#include "autograd/model_impl.h"

#include <c10/core/GradMode.h>

#include <map>
#include <optional>
#include <string>

namespace saker::autograd {
namespace {

// The loss scaler's part of the optimiser's state: one number each.
constexpr char kScaler[] = "grad_scaler/";
constexpr char kScale[] = "grad_scaler/scale", kGoodSteps[] = "grad_scaler/growth_tracker",
               kSkipped[] = "grad_scaler/skipped";

void WriteScaler(const GradScaler::State& state, HostTensors* out) {
  (*out)[kScale] = {{1}, {static_cast<float>(state.scale)}};
  (*out)[kGoodSteps] = {{1}, {static_cast<float>(state.good_steps)}};
  (*out)[kSkipped] = {{1}, {static_cast<float>(state.skipped)}};
}

std::optional<GradScaler::State> ReadScaler(const HostTensors& state) {
  const auto number = [&](const char* name) {
    const auto it = state.find(name);
    if (it == state.end() || it->second.data.size() != 1 || !(it->second.data[0] >= 0))
      ThrowArgument(std::string("optimiser state '") + name + "' is not one number");
    return static_cast<double>(it->second.data[0]);
  };
  if (state.count(kScale) == 0) return std::nullopt;
  GradScaler::State out;
  out.scale = number(kScale);
  out.good_steps = static_cast<int64_t>(number(kGoodSteps));
  out.skipped = static_cast<int64_t>(number(kSkipped));
  if (!(out.scale > 0)) ThrowArgument("a loss scale must be above 0");
  return out;
}

}  // namespace

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
    if (impl_->scaler) WriteScaler(impl_->scaler->state(), &out);
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
    for (const auto& [name, host] : state) {
      if (name.rfind(kScaler, 0) != 0) tensors[name] = FromHost(host, name);
    }
    std::optional<GradScaler::State> scaler = ReadScaler(state);
    impl_->optimizer->LoadState(tensors);
    if (impl_->scaler && scaler) impl_->scaler->Load(*scaler);
    return true;
  });
}

}  // namespace saker::autograd
