#include "autograd/binding/convert.h"

#include <cstring>

namespace saker::autograd {

std::string Text(const Napi::Value& v) { return v.ToString().Utf8Value(); }

std::vector<int64_t> Dims(const Napi::Value& js) {
  std::vector<int64_t> out;
  const auto list = js.As<Napi::Array>();
  for (uint32_t i = 0; i < list.Length(); ++i) {
    const Napi::Value v = list.Get(i);
    out.push_back(v.IsNumber() ? v.As<Napi::Number>().Int64Value() : -1);
  }
  return out;
}

double Number(const Napi::Object& js, const char* name, double fallback) {
  const Napi::Value v = js.Get(name);
  return v.IsNumber() ? v.As<Napi::Number>().DoubleValue() : fallback;
}

std::vector<std::string> StringsFromJs(const Napi::Value& js) {
  std::vector<std::string> out;
  if (!js.IsArray()) return out;
  const auto list = js.As<Napi::Array>();
  for (uint32_t i = 0; i < list.Length(); ++i) out.push_back(Text(list.Get(i)));
  return out;
}

namespace {

Napi::Object TensorToJs(Napi::Env env, const HostTensor& tensor) {
  auto data = Napi::Float32Array::New(env, tensor.data.size());
  if (!tensor.data.empty()) std::memcpy(data.Data(), tensor.data.data(), tensor.data.size() * sizeof(float));
  auto dims = Napi::Array::New(env, tensor.dims.size());
  for (size_t i = 0; i < tensor.dims.size(); ++i) {
    dims.Set(static_cast<uint32_t>(i), static_cast<double>(tensor.dims[i]));
  }
  auto out = Napi::Object::New(env);
  out.Set("dims", dims);
  out.Set("data", data);
  return out;
}

}  // namespace

HostTensors TensorsFromJs(const Napi::Object& js) {
  HostTensors out;
  for (const std::string& name : StringsFromJs(js.GetPropertyNames())) {
    const auto from = js.Get(name).As<Napi::Object>();
    const auto data = from.Get("data").As<Napi::Float32Array>();
    out[name] = {Dims(from.Get("dims")), std::vector<float>(data.Data(), data.Data() + data.ElementLength())};
  }
  return out;
}

Napi::Object TensorsToJs(Napi::Env env, const HostTensors& tensors) {
  auto out = Napi::Object::New(env);
  for (const auto& [name, tensor] : tensors) {
    Napi::HandleScope scope(env);
    out.Set(name, TensorToJs(env, tensor));
  }
  return out;
}

Napi::Object StepToJs(Napi::Env env, const StepResult& result) {
  auto out = Napi::Object::New(env);
  out.Set("loss", result.loss);
  out.Set("correct", static_cast<double>(result.correct));
  out.Set("count", static_cast<double>(result.count));
  out.Set("gradNorm", result.grad_norm);
  out.Set("lossScale", result.loss_scale);
  out.Set("skipped", result.skipped);
  out.Set("probabilities", TensorToJs(env, result.probabilities).Get("data"));
  out.Set("gradients", TensorsToJs(env, result.gradients));
  return out;
}

Napi::Value ParametersToJs(Napi::Env env, const std::vector<ParameterInfo>& parameters) {
  auto out = Napi::Array::New(env, parameters.size());
  for (size_t i = 0; i < parameters.size(); ++i) {
    Napi::HandleScope scope(env);
    const ParameterInfo& p = parameters[i];
    auto dims = Napi::Array::New(env, p.dims.size());
    for (size_t d = 0; d < p.dims.size(); ++d) dims.Set(static_cast<uint32_t>(d), static_cast<double>(p.dims[d]));
    auto item = Napi::Object::New(env);
    item.Set("name", p.name);
    item.Set("dims", dims);
    item.Set("dtype", "f32");
    item.Set("trainable", p.trainable);
    item.Set("isBuffer", p.is_buffer);
    out.Set(static_cast<uint32_t>(i), item);
  }
  return out;
}

Napi::Error FailureToJs(Napi::Env env, const Failure& failure) {
  Napi::Error error = Napi::Error::New(env, failure.code);
  auto params = Napi::Object::New(env);
  for (const auto& [name, value] : failure.params) params.Set(name, value);
  error.Set("code", Napi::String::New(env, failure.code));
  error.Set("params", params);
  return error;
}

}  // namespace saker::autograd
