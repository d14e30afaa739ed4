#include "autograd/model_impl.h"

#include <c10/core/GradMode.h>

namespace saker::autograd {

HostTensor ToHost(const at::Tensor& t) {
  const at::Tensor flat = t.detach().to(at::kCPU, at::kFloat).contiguous();
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

}  // namespace saker::autograd
