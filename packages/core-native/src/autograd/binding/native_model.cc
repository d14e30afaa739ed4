#include "autograd/binding/native_model.h"

namespace saker::autograd {

Napi::Function NativeModel::Define(Napi::Env env) {
  std::vector<Napi::ClassPropertyDescriptor<NativeModel>> properties;
  for (const auto* topic : {&StepMethods(), &TensorMethods(), &OptimizerMethods(), &LossMethods(),
                            &ModelMethods(), &AverageMethods(), &GroupMethods(), &PretrainMethods()}) {
    for (const Method& method : *topic) {
      properties.push_back(InstanceMethod(method.name, &NativeModel::Dispatch, napi_default_method,
                                          const_cast<Method*>(&method)));
    }
  }
  return DefineClass(env, "NativeModel", properties);
}

NativeModel::NativeModel(const Napi::CallbackInfo& info) : Napi::ObjectWrap<NativeModel>(info) {
  auto created = Model::Create(ProgramFromJs(info[0].As<Napi::Object>()),
                               ModelOptionsFromJs(info[1].As<Napi::Object>()));
  if (!created.ok()) {
    FailureToJs(info.Env(), created.failure).ThrowAsJavaScriptException();
    return;
  }
  model_ = *created.value;
  parameters_ = model_->Parameters();
  thread_ = JobThread::Start(info.Env(), [model = model_] { model->EnterThread(); }, [] {});
}

Napi::Value NativeModel::Dispatch(const Napi::CallbackInfo& info) {
  return static_cast<const Method*>(info.Data())->call(*this, info);
}

Napi::Value NativeModel::Close(const Napi::CallbackInfo& info) {
  auto job = std::make_unique<Job>(info.Env());
  job->held.push_back(Napi::Persistent(info.This().As<Napi::Object>()));
  job->run = [] {};
  job->settle = [](Napi::Env env, Napi::Promise::Deferred& deferred, bool) {
    deferred.Resolve(env.Undefined());
  };
  Napi::Promise promise = thread_->Post(info.Env(), std::move(job));
  thread_->Close();
  return promise;
}

}  // namespace saker::autograd
