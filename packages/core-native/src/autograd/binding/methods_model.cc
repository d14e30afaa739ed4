// Methods about the model itself.
#include "autograd/binding/native_model.h"

namespace saker::autograd {
namespace {

Napi::Value Parameters(NativeModel& self, const Napi::CallbackInfo& info) {
  return ParametersToJs(info.Env(), self.parameters());
}

Napi::Value SetTrainable(NativeModel& self, const Napi::CallbackInfo& info) {
  auto names = StringsFromJs(info[0]);
  const bool on = info[1].ToBoolean();
  return self.Submit<bool>(
      info, [names, on](Model& model) { return model.SetTrainable(names, on); }, Undefined);
}

// For tests: the address of the last batch as libtorch saw it, the layout chosen, and the address of a
// Float32Array handed in.
Napi::Value Debug(NativeModel& self, const Napi::CallbackInfo& info) {
  const auto address = [&info](uintptr_t value) {
    return Napi::BigInt::New(info.Env(), static_cast<uint64_t>(value));
  };
  auto out = Napi::Object::New(info.Env());
  out.Set("channelsLast", self.model().channels_last());
  out.Set("lastInput", address(self.model().last_input_address()));
  if (info[0].IsTypedArray()) {
    const auto array = info[0].As<Napi::Float32Array>();
    out.Set("address", address(reinterpret_cast<uintptr_t>(array.Data())));
  }
  return out;
}

// Resolves when the running call has ended; calls queued behind it are refused with E_CLOSED.
Napi::Value Close(NativeModel& self, const Napi::CallbackInfo& info) { return self.Close(info); }

}  // namespace

const std::vector<NativeModel::Method>& ModelMethods() {
  static const std::vector<NativeModel::Method> methods = {
      {"parameters", Parameters},
      {"setTrainable", SetTrainable},
      {"debug", Debug},
      {"close", Close},
  };
  return methods;
}

}  // namespace saker::autograd
