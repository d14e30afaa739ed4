// Methods of the running average of weights.
#include "autograd/binding/native_model.h"

namespace saker::autograd {
namespace {

Napi::Value UpdateAverage(NativeModel& self, const Napi::CallbackInfo& info) {
  const double decay = info[0].ToNumber().DoubleValue();
  return self.Submit<bool>(
      info, [decay](Model& model) { return model.UpdateAverage(decay); }, Undefined);
}

Napi::Value ReadAverage(NativeModel& self, const Napi::CallbackInfo& info) {
  return self.Submit<HostTensors>(
      info, [](Model& model) { return model.ReadAverage(); }, TensorsToJs);
}

Napi::Value WriteAverage(NativeModel& self, const Napi::CallbackInfo& info) {
  auto tensors = std::make_shared<HostTensors>(TensorsFromJs(info[0].As<Napi::Object>()));
  return self.Submit<bool>(
      info, [tensors](Model& model) { return model.WriteAverage(*tensors); }, Undefined);
}

}  // namespace

const std::vector<NativeModel::Method>& AverageMethods() {
  static const std::vector<NativeModel::Method> methods = {
      {"updateAverage", UpdateAverage},
      {"readAverage", ReadAverage},
      {"writeAverage", WriteAverage},
  };
  return methods;
}

}  // namespace saker::autograd
