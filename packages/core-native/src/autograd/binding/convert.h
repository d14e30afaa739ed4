// JavaScript values to the engine's plain structs and back. All of it runs on the JavaScript thread.
#ifndef SAKER_AUTOGRAD_BINDING_CONVERT_H_
#define SAKER_AUTOGRAD_BINDING_CONVERT_H_

#include <napi.h>

#include "autograd/model.h"

namespace saker::autograd {

std::string Text(const Napi::Value& v);
std::vector<int64_t> Dims(const Napi::Value& js);  // what is no number is -1
// js[name], or `fallback` where that is no number.
double Number(const Napi::Object& js, const char* name, double fallback);

// The shapes of these objects are guaranteed by lib/autograd, which is the only caller.
Program ProgramFromJs(const Napi::Object& js);
ModelOptions ModelOptionsFromJs(const Napi::Object& js);
OptimizerConfig OptimizerFromJs(const Napi::Object& js);
LossConfig LossFromJs(const Napi::Object& js);
DistillConfig DistillFromJs(const Napi::Object& js);
StepOptions StepOptionsFromJs(const Napi::Object& js);
std::vector<std::string> StringsFromJs(const Napi::Value& js);  // undefined = empty
HostTensors TensorsFromJs(const Napi::Object& js);

Napi::Object TensorsToJs(Napi::Env env, const HostTensors& tensors);
Napi::Object StepToJs(Napi::Env env, const StepResult& result);
Napi::Value ParametersToJs(Napi::Env env, const std::vector<ParameterInfo>& parameters);
// An Error with `code` and `params`; lib/autograd turns it into a SakerError.
Napi::Error FailureToJs(Napi::Env env, const Failure& failure);

}  // namespace saker::autograd

#endif  // SAKER_AUTOGRAD_BINDING_CONVERT_H_
