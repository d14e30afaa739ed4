// The running average of weights: Polyak and Juditsky 1992, with exponential weights as in timm's ModelEma.
#include "autograd/model_impl.h"

#include <c10/core/GradMode.h>

namespace saker::autograd {

Result<bool> Model::UpdateAverage(double decay) {
  return Guard([&] {
    c10::AutoGradMode grad(false);
    const bool first = impl_->average.empty();
    for (size_t i = 0; i < impl_->parameters.size(); ++i) {
      const at::Tensor value = impl_->parameters[i].tensor.detach();
      if (first) {
        impl_->average.push_back(value.clone());
      } else {
        impl_->average[i].lerp_(value, 1 - decay);
      }
    }
    return true;
  });
}

Result<HostTensors> Model::ReadAverage() const {
  return Guard([&] {
    HostTensors out;
    for (size_t i = 0; i < impl_->average.size(); ++i) out[impl_->parameters[i].name] = ToHost(impl_->average[i]);
    return out;
  });
}

Result<bool> Model::WriteAverage(const HostTensors& tensors) {
  return Guard([&] {
    c10::AutoGradMode grad(false);
    std::vector<at::Tensor> next;
    if (!tensors.empty()) {
      for (const Parameter& p : impl_->parameters) {
        const auto it = tensors.find(p.name);
        if (it == tensors.end() || p.tensor.sizes() != at::IntArrayRef(it->second.dims)) {
          throw EngineError("E_MODEL_TENSORS", {{"detail", "'" + p.name + "' is missing or has another shape than the model's"}});
        }
        next.push_back(at::empty_like(p.tensor.detach()).copy_(FromHost(it->second, p.name)));
      }
    }
    impl_->average = std::move(next);
    return true;
  });
}

}  // namespace saker::autograd
