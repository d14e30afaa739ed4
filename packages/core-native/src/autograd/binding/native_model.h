// The JavaScript class NativeModel. Its methods are free functions in the files methods_*.cc, one file a topic, each with
// a table of its own; a method is added by one function and one line of such a table.
#pragma once

#include <napi.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "autograd/binding/convert.h"
#include "autograd/binding/job_thread.h"
#include "autograd/model.h"

namespace saker::autograd {

class NativeModel : public Napi::ObjectWrap<NativeModel> {
 public:
  struct Method {
    const char* name;
    Napi::Value (*call)(NativeModel& self, const Napi::CallbackInfo& info);
  };

  static Napi::Function Define(Napi::Env env);
  explicit NativeModel(const Napi::CallbackInfo& info);

  Model& model() { return *model_; }
  const std::vector<ParameterInfo>& parameters() const { return parameters_; }

  // Queues `run`, which gives a Result<T>; `convert` makes the JavaScript value of a T.
  template <typename T>
  Napi::Value Submit(const Napi::CallbackInfo& info, std::unique_ptr<Job> job,
                     std::function<Result<T>(Model&)> run,
                     std::function<Napi::Value(Napi::Env, const T&)> convert) {
    auto result = std::make_shared<Result<T>>();
    job->held.push_back(Napi::Persistent(info.This().As<Napi::Object>()));
    job->run = [result, run, model = model_] { *result = run(*model); };
    job->settle = [result, convert](Napi::Env env, Napi::Promise::Deferred& deferred, bool ran) {
      if (!ran) {
        deferred.Reject(FailureToJs(env, {"E_CLOSED", {{"what", "The model"}}}).Value());
      } else if (result->ok()) {
        deferred.Resolve(convert(env, *result->value));
      } else {
        deferred.Reject(FailureToJs(env, result->failure).Value());
      }
    };
    return thread_->Post(info.Env(), std::move(job));
  }
  // The same for a call that holds no JavaScript memory.
  template <typename T>
  Napi::Value Submit(const Napi::CallbackInfo& info, std::function<Result<T>(Model&)> run,
                     std::function<Napi::Value(Napi::Env, const T&)> convert) {
    return Submit<T>(info, std::make_unique<Job>(info.Env()), std::move(run), std::move(convert));
  }
  // Queues a job that runs whatever the model is, then ends the thread.
  Napi::Value Close(const Napi::CallbackInfo& info);

 private:
  Napi::Value Dispatch(const Napi::CallbackInfo& info);

  std::shared_ptr<Model> model_;
  std::shared_ptr<JobThread> thread_;
  std::vector<ParameterInfo> parameters_;
};

inline Napi::Value Undefined(Napi::Env env, const bool&) { return env.Undefined(); }

// One table per topic, each in the file of its name; native_model.cc lists them.
const std::vector<NativeModel::Method>& StepMethods();       // methods_step.cc
const std::vector<NativeModel::Method>& TensorMethods();     // methods_tensors.cc
const std::vector<NativeModel::Method>& OptimizerMethods();  // methods_optimizer.cc
const std::vector<NativeModel::Method>& LossMethods();       // methods_loss.cc
const std::vector<NativeModel::Method>& ModelMethods();      // methods_model.cc
const std::vector<NativeModel::Method>& AverageMethods();    // methods_average.cc
const std::vector<NativeModel::Method>& GroupMethods();      // methods_group.cc
const std::vector<NativeModel::Method>& PretrainMethods();   // methods_pretrain.cc

}  // namespace saker::autograd
