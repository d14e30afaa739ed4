// Methods of self-supervised pretraining.
#include "autograd/binding/native_model.h"
#include "autograd/binding/step_call.h"

namespace saker::autograd {
namespace {

Napi::Value ConfigurePretraining(NativeModel& self, const Napi::CallbackInfo& info) {
  auto program = std::make_shared<Program>(ProgramFromJs(info[0].As<Napi::Object>()));
  const auto js = info[1].As<Napi::Object>();
  PretrainConfig config;
  const bool dino = Text(js.Get("method")) == "dino";
  config.method = dino ? PretrainConfig::Method::kDino : PretrainConfig::Method::kSimclr;
  config.temperature = Number(js, "temperature", dino ? 0.1 : 0.5);
  config.center_momentum = Number(js, "centerMomentum", config.center_momentum);
  auto job = std::make_unique<Job>(info.Env());
  job->held.push_back(Napi::Persistent(info[0].As<Napi::Object>()));  // the program views its tensors
  return self.Submit<bool>(
      info, std::move(job),
      [program, config](Model& model) { return model.ConfigurePretraining(*program, config); }, Undefined);
}

Napi::Value PretrainStep(NativeModel& self, const Napi::CallbackInfo& info) {
  auto job = std::make_unique<Job>(info.Env());
  const auto views = info[0].As<Napi::Array>();
  const auto js = info[1].As<Napi::Object>();
  std::vector<BatchInput> inputs;
  std::vector<Labels> labels;
  StepOptions step;
  for (uint32_t v = 0; v < views.Length(); ++v) {
    const StepCall call = ReadCall(views.Get(v), js, job.get());
    inputs.push_back(call.input);
    labels.push_back(call.labels);
    step = call.options;
  }
  PretrainOptions options;
  options.global_views = static_cast<size_t>(Number(js, "globalViews", 2));
  options.teacher_temperature = Number(js, "teacherTemperature", options.teacher_temperature);
  options.teacher_momentum = Number(js, "teacherMomentum", options.teacher_momentum);
  return self.Submit<StepResult>(
      info, std::move(job),
      [inputs, labels, step, options](Model& model) { return model.PretrainStep(inputs, labels, step, options); },
      StepToJs);
}

Napi::Value PretrainState(NativeModel& self, const Napi::CallbackInfo& info) {
  return self.Submit<HostTensors>(info, [](Model& model) { return model.PretrainState(); }, TensorsToJs);
}

}  // namespace

const std::vector<NativeModel::Method>& PretrainMethods() {
  static const std::vector<NativeModel::Method> methods = {
      {"configurePretraining", ConfigurePretraining},
      {"pretrainStep", PretrainStep},
      {"pretrainState", PretrainState},
  };
  return methods;
}

}  // namespace saker::autograd
