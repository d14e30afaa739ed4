// Methods that read and write weights and running statistics.
#include "autograd/binding/native_model.h"

namespace saker::autograd {
namespace {

Napi::Value ReadTensors(NativeModel& self, const Napi::CallbackInfo& info) {
  auto names = StringsFromJs(info[0]);
  return self.Submit<HostTensors>(
      info, [names](Model& model) { return model.ReadTensors(names); }, TensorsToJs);
}

Napi::Value WriteTensors(NativeModel& self, const Napi::CallbackInfo& info) {
  auto tensors = std::make_shared<HostTensors>(TensorsFromJs(info[0].As<Napi::Object>()));
  return self.Submit<bool>(
      info, [tensors](Model& model) { return model.WriteTensors(*tensors); }, Undefined);
}

}  // namespace

const std::vector<NativeModel::Method>& TensorMethods() {
  static const std::vector<NativeModel::Method> methods = {
      {"readTensors", ReadTensors},
      {"writeTensors", WriteTensors},
  };
  return methods;
}

}  // namespace saker::autograd
