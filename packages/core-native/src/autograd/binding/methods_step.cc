// Methods that run the graph on a batch.
#include "autograd/binding/native_model.h"
#include "autograd/binding/step_call.h"

namespace saker::autograd {

StepCall ReadCall(const Napi::Value& value, const Napi::Value& step, Job* job) {
  const auto js = value.As<Napi::Object>();
  StepCall call;
  const Napi::Value input = js.Get("input");
  job->held.push_back(Napi::Persistent(js));
  if (input.IsExternal()) {
    const napi_type_tag tag = {kDlpackTypeTagLow, kDlpackTypeTagHigh};
    bool tagged = false;
    napi_check_object_type_tag(js.Env(), input, &tag, &tagged);
    auto* capsule = tagged ? input.As<Napi::External<DlpackCapsule>>().Data() : nullptr;
    if (capsule != nullptr && capsule->tensor != nullptr) {
      call.input.dlpack = std::make_shared<DlpackLease>(std::exchange(capsule->tensor, nullptr));
    }
  } else if (input.IsTypedArray()) {
    call.input.data = input.As<Napi::Float32Array>().Data();
    const auto dims = js.Get("shape").As<Napi::Array>();
    for (uint32_t i = 0; i < dims.Length(); ++i) {
      call.input.dims.push_back(dims.Get(i).ToNumber().Int64Value());
    }
  }
  call.input.nhwc = js.Get("nhwc").ToBoolean();
  if (js.Get("labels").IsTypedArray()) {
    const auto labels = js.Get("labels").As<Napi::Int32Array>();
    call.labels.data = labels.Data();
    call.labels.count = labels.ElementLength();
  }
  if (js.Get("targets").IsTypedArray()) {
    const auto targets = js.Get("targets").As<Napi::Float32Array>();
    call.labels.soft = targets.Data();
    call.labels.soft_count = targets.ElementLength();
  }
  if (js.Get("mask").IsTypedArray()) {
    const auto mask = js.Get("mask").As<Napi::Uint8Array>();
    call.labels.mask = mask.Data();
    call.labels.mask_count = mask.ElementLength();
  }
  call.options = StepOptionsFromJs(step.As<Napi::Object>());
  return call;
}

namespace {

Napi::Value Forward(NativeModel& self, const Napi::CallbackInfo& info) {
  auto job = std::make_unique<Job>(info.Env());
  StepCall call = ReadCall(info[0], info[1], job.get());
  call.outputs = StringsFromJs(info[2]);
  return self.Submit<HostTensors>(
      info, std::move(job),
      [call](Model& model) { return model.Forward(call.input, call.outputs, call.options); },
      TensorsToJs);
}

using StepFn = Result<StepResult> (Model::*)(const BatchInput&, const Labels&, const StepOptions&);
template <StepFn F>
Napi::Value Step(NativeModel& self, const Napi::CallbackInfo& info) {
  auto job = std::make_unique<Job>(info.Env());
  const StepCall call = ReadCall(info[0], info[1], job.get());
  return self.Submit<StepResult>(
      info, std::move(job),
      [call](Model& model) { return (model.*F)(call.input, call.labels, call.options); }, StepToJs);
}

}  // namespace

const std::vector<NativeModel::Method>& StepMethods() {
  static const std::vector<NativeModel::Method> methods = {
      {"forward", Forward},
      {"trainStep", Step<&Model::TrainStep>},
      {"evalStep", Step<&Model::EvalStep>},
      {"lossAndGradients", Step<&Model::LossAndGradients>},
  };
  return methods;
}

}  // namespace saker::autograd
