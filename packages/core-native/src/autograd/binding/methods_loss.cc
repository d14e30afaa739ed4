// Methods that set the loss, and their conversions.
#include <map>

#include "autograd/binding/native_model.h"

namespace saker::autograd {
namespace {

std::vector<double> Numbers(const Napi::Value& js) {
  std::vector<double> out;
  if (!js.IsArray()) return out;
  const auto list = js.As<Napi::Array>();
  for (uint32_t i = 0; i < list.Length(); ++i) out.push_back(list.Get(i).ToNumber().DoubleValue());
  return out;
}

template <typename T>
std::vector<T> NumbersAs(const Napi::Value& js) {
  const std::vector<double> from = Numbers(js);
  std::vector<T> out;
  for (const double v : from) out.push_back(static_cast<T>(v));
  return out;
}

Napi::Value ConfigureLoss(NativeModel& self, const Napi::CallbackInfo& info) {
  const LossConfig config = LossFromJs(info[0].As<Napi::Object>());
  return self.Submit<bool>(
      info, [config](Model& model) { return model.ConfigureLoss(config); }, Undefined);
}

// The program's tensors are views of JavaScript memory, which the job holds.
Napi::Value ConfigureTeacher(NativeModel& self, const Napi::CallbackInfo& info) {
  auto job = std::make_unique<Job>(info.Env());
  job->held.push_back(Napi::Persistent(info[0].As<Napi::Object>()));
  const auto program = std::make_shared<Program>(ProgramFromJs(info[0].As<Napi::Object>()));
  const DistillConfig config = DistillFromJs(info[1].As<Napi::Object>());
  return self.Submit<bool>(
      info, std::move(job),
      [program, config](Model& model) { return model.ConfigureTeacher(*program, config); }, Undefined);
}

}  // namespace

LossConfig LossFromJs(const Napi::Object& js) {
  using Kind = LossConfig::Kind;
  static const std::map<std::string, Kind> kKinds{{"cross-entropy", Kind::kCrossEntropy},
                                                  {"bce", Kind::kBce},
                                                  {"focal", Kind::kFocal},
                                                  {"asymmetric", Kind::kAsymmetric}};
  LossConfig config;
  config.kind = kKinds.at(Text(js.Get("type")));  // the caller has checked it
  config.sigmoid = js.Get("activation").IsString() && Text(js.Get("activation")) == "sigmoid";
  config.weights = NumbersAs<float>(js.Get("weights"));
  config.gamma = Number(js, "gamma", config.gamma);
  config.alpha = Number(js, "alpha", config.alpha);
  config.gamma_pos = Number(js, "gammaPos", config.gamma_pos);
  config.gamma_neg = Number(js, "gammaNeg", config.gamma_neg);
  config.clip = Number(js, "clip", config.clip);
  return config;
}

DistillConfig DistillFromJs(const Napi::Object& js) {
  DistillConfig config;
  config.alpha = Number(js, "alpha", config.alpha);
  config.temperature = Number(js, "temperature", config.temperature);
  config.feature_weight = Number(js, "featureWeight", 0);
  if (js.Get("studentFeature").IsString()) config.student_feature = Text(js.Get("studentFeature"));
  if (js.Get("teacherFeature").IsString()) config.teacher_feature = Text(js.Get("teacherFeature"));
  config.scale = NumbersAs<float>(js.Get("scale"));
  config.bias = NumbersAs<float>(js.Get("bias"));
  config.height = static_cast<int64_t>(Number(js, "height", 0));
  config.width = static_cast<int64_t>(Number(js, "width", 0));
  config.classes = NumbersAs<int64_t>(js.Get("classes"));
  config.probabilities = js.Get("probabilities").ToBoolean();
  return config;
}

const std::vector<NativeModel::Method>& LossMethods() {
  static const std::vector<NativeModel::Method> methods = {
      {"configureLoss", ConfigureLoss},
      {"configureTeacher", ConfigureTeacher},
  };
  return methods;
}

}  // namespace saker::autograd
