#include "autograd/binding/convert.h"

#include <map>

namespace saker::autograd {

ModelOptions ModelOptionsFromJs(const Napi::Object& js) {
  ModelOptions options;
  if (js.Get("device").IsString()) options.device = Text(js.Get("device"));
  options.threads = static_cast<int>(Number(js, "threads", 0));
  const Napi::Value layout = js.Get("channelsLast");
  if (layout.IsBoolean()) {
    options.channels_last =
        layout.As<Napi::Boolean>() ? ModelOptions::ChannelsLast::kOn : ModelOptions::ChannelsLast::kOff;
  }
  const std::string amp = js.Get("amp").IsString() ? Text(js.Get("amp")) : "off";
  if (amp == "bf16") options.amp = ModelOptions::Amp::kBf16;
  if (amp == "fp16") options.amp = ModelOptions::Amp::kFp16;
  options.double_precision = js.Get("doublePrecision").ToBoolean();
  options.gradient_checkpointing = js.Get("gradientCheckpointing").ToBoolean();
  if (js.Get("stochasticDepth").IsObject()) {
    const auto rates = js.Get("stochasticDepth").As<Napi::Object>();
    for (const std::string& name : StringsFromJs(rates.GetPropertyNames())) {
      options.stochastic_depth[name] = Number(rates, name.c_str(), 0);
    }
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
  static const std::map<const char*, double StepOptions::*> kNumbers{
      {"labelSmoothing", &StepOptions::label_smoothing},
      {"clipGradNorm", &StepOptions::clip_grad_norm},
      {"clipGradValue", &StepOptions::clip_grad_value},
      {"clipGradAgc", &StepOptions::clip_grad_agc},
      {"statisticsWeight", &StepOptions::statistics_weight},
  };
  StepOptions options;
  for (const auto& [name, field] : kNumbers) options.*field = Number(js, name, options.*field);
  if (js.Get("lrs").IsArray()) {
    const auto lrs = js.Get("lrs").As<Napi::Array>();
    for (uint32_t i = 0; i < lrs.Length(); ++i) options.lrs.push_back(lrs.Get(i).ToNumber().DoubleValue());
  }
  options.seed = static_cast<uint64_t>(Number(js, "seed", 0));
  options.step = static_cast<uint64_t>(Number(js, "step", 0));
  options.update = !js.Get("update").IsBoolean() || js.Get("update").ToBoolean();
  options.train = js.Get("train").ToBoolean();
  return options;
}

}  // namespace saker::autograd
