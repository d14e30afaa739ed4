#include "autograd/binding/gradient_check_js.h"

#include "autograd/binding/convert.h"
#include "autograd/gradient_check.h"

namespace saker::autograd {

Napi::Value GradientErrorsToJs(const Napi::CallbackInfo& info) {
  auto input = Napi::Object::New(info.Env());
  input.Set("input", info[1]);
  const HostTensors tensors = TensorsFromJs(input);
  const auto result = GradientErrors(ProgramFromJs(info[0].As<Napi::Object>()), tensors.at("input"),
                                     info[2].ToBoolean());
  if (!result.ok()) {
    FailureToJs(info.Env(), result.failure).ThrowAsJavaScriptException();
    return info.Env().Undefined();
  }
  auto out = Napi::Object::New(info.Env());
  for (const auto& [name, error] : *result.value) out.Set(name, error);
  return out;
}

}  // namespace saker::autograd
