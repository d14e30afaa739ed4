// Methods that set the optimiser and carry its state.
#include "autograd/binding/native_model.h"

namespace saker::autograd {
namespace {

Napi::Value ConfigureOptimizer(NativeModel& self, const Napi::CallbackInfo& info) {
  const OptimizerConfig config = OptimizerFromJs(info[0].As<Napi::Object>());
  return self.Submit<bool>(
      info, [config](Model& model) { return model.ConfigureOptimizer(config); }, Undefined);
}

Napi::Value OptimizerState(NativeModel& self, const Napi::CallbackInfo& info) {
  return self.Submit<HostTensors>(
      info, [](Model& model) { return model.OptimizerState(); }, TensorsToJs);
}

Napi::Value LoadOptimizerState(NativeModel& self, const Napi::CallbackInfo& info) {
  auto state = std::make_shared<HostTensors>(TensorsFromJs(info[0].As<Napi::Object>()));
  return self.Submit<bool>(
      info, [state](Model& model) { return model.LoadOptimizerState(*state); }, Undefined);
}

}  // namespace

const std::vector<NativeModel::Method>& OptimizerMethods() {
  static const std::vector<NativeModel::Method> methods = {
      {"configureOptimizer", ConfigureOptimizer},
      {"optimizerState", OptimizerState},
      {"loadOptimizerState", LoadOptimizerState},
  };
  return methods;
}

}  // namespace saker::autograd
