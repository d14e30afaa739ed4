#include "autograd/binding/convert.h"

#include <algorithm>
#include <cstring>
#include <map>

namespace saker::autograd {
namespace {

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

TensorView ViewFromJs(const Napi::Object& js) {
  TensorView view;
  view.dtype = Text(js.Get("dtype"));
  view.dims = Dims(js.Get("dims"));
  const auto bytes = js.Get("data").As<Napi::Uint8Array>();
  view.data = bytes.Data();
  view.size_bytes = bytes.ByteLength();
  return view;
}

Attr AttrFromJs(const Napi::Value& js) {
  Attr attr;
  if (js.IsNumber()) {
    attr.numbers = {js.As<Napi::Number>().DoubleValue()};
  } else if (js.IsString()) {
    attr.kind = Attr::Kind::kString;
    attr.strings = {Text(js)};
  } else if (js.IsArray()) {
    const auto list = js.As<Napi::Array>();
    const bool text = list.Length() > 0 && list.Get(0u).IsString();
    attr.kind = text ? Attr::Kind::kStrings : Attr::Kind::kNumbers;
    for (uint32_t i = 0; i < list.Length(); ++i) {
      if (text) attr.strings.push_back(Text(list.Get(i)));
      else attr.numbers.push_back(list.Get(i).ToNumber().DoubleValue());
    }
  } else {
    attr.kind = Attr::Kind::kTensor;
    attr.tensor = ViewFromJs(js.As<Napi::Object>().Get("tensor").As<Napi::Object>());
  }
  return attr;
}

double Number(const Napi::Object& js, const char* name, double fallback) {
  const Napi::Value v = js.Get(name);
  return v.IsNumber() ? v.As<Napi::Number>().DoubleValue() : fallback;
}

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

std::vector<std::string> StringsFromJs(const Napi::Value& js) {
  std::vector<std::string> out;
  if (!js.IsArray()) return out;
  const auto list = js.As<Napi::Array>();
  for (uint32_t i = 0; i < list.Length(); ++i) out.push_back(Text(list.Get(i)));
  return out;
}

Program ProgramFromJs(const Napi::Object& js) {
  Program program;
  program.opset = js.Get("opset").ToNumber().Int32Value();
  program.outputs = StringsFromJs(js.Get("outputs"));
  const auto inputs = js.Get("inputs").As<Napi::Array>();
  for (uint32_t i = 0; i < inputs.Length(); ++i) {
    Napi::HandleScope scope(js.Env());
    const auto input = inputs.Get(i).As<Napi::Object>();
    program.inputs.push_back({Text(input.Get("name")), Dims(input.Get("dims")), Text(input.Get("dtype"))});
  }
  const auto nodes = js.Get("nodes").As<Napi::Array>();
  for (uint32_t i = 0; i < nodes.Length(); ++i) {
    Napi::HandleScope scope(js.Env());
    const auto from = nodes.Get(i).As<Napi::Object>();
    Node node;
    node.name = Text(from.Get("name"));
    node.op = Text(from.Get("op"));
    node.domain = Text(from.Get("domain"));
    node.inputs = StringsFromJs(from.Get("inputs"));
    node.outputs = StringsFromJs(from.Get("outputs"));
    const auto attrs = from.Get("attrs").As<Napi::Object>();
    for (const std::string& key : StringsFromJs(attrs.GetPropertyNames())) {
      node.attrs.emplace(key, AttrFromJs(attrs.Get(key)));
    }
    program.nodes.push_back(std::move(node));
  }
  const auto tensors = js.Get("tensors").As<Napi::Array>();
  for (uint32_t i = 0; i < tensors.Length(); ++i) {
    Napi::HandleScope scope(js.Env());
    const auto tensor = tensors.Get(i).As<Napi::Object>();
    program.tensors.push_back({Text(tensor.Get("name")), ViewFromJs(tensor)});
  }
  return program;
}

ModelOptions ModelOptionsFromJs(const Napi::Object& js) {
  ModelOptions options;
  options.threads = static_cast<int>(Number(js, "threads", 0));
  const Napi::Value layout = js.Get("channelsLast");
  if (layout.IsBoolean()) {
    options.channels_last =
        layout.As<Napi::Boolean>() ? ModelOptions::ChannelsLast::kOn : ModelOptions::ChannelsLast::kOff;
  }
  return options;
}

OptimizerConfig OptimizerFromJs(const Napi::Object& js) {
  using Type = OptimizerConfig::Type;
  static const std::map<std::string, Type> kTypes{
      {"sgd", Type::kSgd},         {"adam", Type::kAdam}, {"adamw", Type::kAdamW},
      {"rmsprop", Type::kRmsProp}, {"lamb", Type::kLamb}, {"lion", Type::kLion}};
  OptimizerConfig config;
  config.type = kTypes.at(Text(js.Get("type")));  // the caller has checked it
  config.momentum = Number(js, "momentum", 0);
  config.nesterov = js.Get("nesterov").ToBoolean();
  config.centered = js.Get("centered").ToBoolean();
  config.alpha = Number(js, "alpha", config.alpha);
  // The papers' own defaults.
  if (config.type == Type::kLion) config.beta2 = 0.99;
  config.eps = Number(js, "eps", config.type == Type::kLamb ? 1e-6 : 1e-8);
  if (js.Get("betas").IsArray()) {
    const auto betas = js.Get("betas").As<Napi::Array>();
    config.beta1 = betas.Get(0u).ToNumber().DoubleValue();
    config.beta2 = betas.Get(1u).ToNumber().DoubleValue();
  }
  const auto groups = js.Get("groups").As<Napi::Array>();
  for (uint32_t i = 0; i < groups.Length(); ++i) {
    const auto group = groups.Get(i).As<Napi::Object>();
    const Napi::Value adaptive = group.Get("clipAdaptive");
    config.groups.push_back({StringsFromJs(group.Get("params")), Number(group, "lr", 0),
                             Number(group, "weightDecay", 0),
                             adaptive.IsUndefined() || adaptive.ToBoolean()});
  }
  return config;
}

StepOptions StepOptionsFromJs(const Napi::Object& js) {
  StepOptions options;
  if (js.Get("lrs").IsArray()) {
    const auto lrs = js.Get("lrs").As<Napi::Array>();
    for (uint32_t i = 0; i < lrs.Length(); ++i) options.lrs.push_back(lrs.Get(i).ToNumber().DoubleValue());
  }
  options.label_smoothing = Number(js, "labelSmoothing", 0);
  options.clip_grad_norm = Number(js, "clipGradNorm", 0);
  options.clip_grad_value = Number(js, "clipGradValue", 0);
  options.clip_grad_agc = Number(js, "clipGradAgc", 0);
  options.seed = static_cast<uint64_t>(Number(js, "seed", 0));
  options.step = static_cast<uint64_t>(Number(js, "step", 0));
  options.train = js.Get("train").ToBoolean();
  return options;
}

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
