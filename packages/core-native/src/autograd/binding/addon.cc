// autograd.node: the class NativeModel and the function torchInfo. lib/autograd is its only caller and checks
// argument types, so nothing here does again.
#include <napi.h>

#include "autograd/binding/convert.h"
#include "autograd/binding/job_thread.h"

namespace saker::autograd {
namespace {

// Gives the value of `result` to JavaScript or throws its failure.
template <typename T>
bool Throw(Napi::Env env, const Result<T>& result) {
  if (result.ok()) return false;
  FailureToJs(env, result.failure).ThrowAsJavaScriptException();
  return true;
}

class NativeModel : public Napi::ObjectWrap<NativeModel> {
 public:
  static Napi::Function Define(Napi::Env env) {
    return DefineClass(env, "NativeModel",
                       {InstanceMethod<&NativeModel::Parameters>("parameters"),
                        InstanceMethod<&NativeModel::SetTrainable>("setTrainable"),
                        InstanceMethod<&NativeModel::Forward>("forward"),
                        InstanceMethod<&NativeModel::ConfigureOptimizer>("configureOptimizer"),
                        InstanceMethod<&NativeModel::TrainStep>("trainStep"),
                        InstanceMethod<&NativeModel::EvalStep>("evalStep"),
                        InstanceMethod<&NativeModel::LossAndGradients>("lossAndGradients"),
                        InstanceMethod<&NativeModel::ReadTensors>("readTensors"),
                        InstanceMethod<&NativeModel::WriteTensors>("writeTensors"),
                        InstanceMethod<&NativeModel::OptimizerState>("optimizerState"),
                        InstanceMethod<&NativeModel::LoadOptimizerState>("loadOptimizerState"),
                        InstanceMethod<&NativeModel::Debug>("debug"),
                        InstanceMethod<&NativeModel::Close>("close")});
  }

  explicit NativeModel(const Napi::CallbackInfo& info) : Napi::ObjectWrap<NativeModel>(info) {
    auto created = Model::Create(ProgramFromJs(info[0].As<Napi::Object>()),
                                 ModelOptionsFromJs(info[1].As<Napi::Object>()));
    if (Throw(info.Env(), created)) return;
    model_ = *created.value;
    parameters_ = model_->Parameters();
    thread_ = JobThread::Start(info.Env(), [model = model_] { model->EnterThread(); }, [] {});
  }

 private:
  // The batch of a call: input.data or input.dlpack, labels or targets, mask. The views point into JavaScript memory that
  // the job holds by reference.
  struct Call {
    BatchInput input;
    Labels labels;
    StepOptions options;
    std::vector<std::string> outputs;
  };

  Call ReadCall(const Napi::Value& value, const Napi::Value& step, Job* job) {
    const auto js = value.As<Napi::Object>();
    Call call;
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

  // Queues `run`, which gives a Result<T>; `convert` makes the JavaScript value of a T.
  template <typename T>
  Napi::Value Submit(const Napi::CallbackInfo& info, std::unique_ptr<Job> job,
                     std::function<Result<T>(Model&)> run, std::function<Napi::Value(Napi::Env, const T&)> convert) {
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

  static Napi::Value Undefined(Napi::Env env, const bool&) { return env.Undefined(); }

  Napi::Value Parameters(const Napi::CallbackInfo& info) { return ParametersToJs(info.Env(), parameters_); }

  Napi::Value SetTrainable(const Napi::CallbackInfo& info) {
    auto names = StringsFromJs(info[0]);
    const bool on = info[1].ToBoolean();
    return Submit<bool>(info, std::make_unique<Job>(info.Env()),
                        [names, on](Model& model) { return model.SetTrainable(names, on); }, Undefined);
  }

  Napi::Value Forward(const Napi::CallbackInfo& info) {
    auto job = std::make_unique<Job>(info.Env());
    Call call = ReadCall(info[0], info[1], job.get());
    call.outputs = StringsFromJs(info[2]);
    return Submit<HostTensors>(
        info, std::move(job),
        [call](Model& model) { return model.Forward(call.input, call.outputs, call.options); }, TensorsToJs);
  }

  Napi::Value ConfigureOptimizer(const Napi::CallbackInfo& info) {
    const OptimizerConfig config = OptimizerFromJs(info[0].As<Napi::Object>());
    return Submit<bool>(info, std::make_unique<Job>(info.Env()),
                        [config](Model& model) { return model.ConfigureOptimizer(config); }, Undefined);
  }

  using StepFn = Result<StepResult> (Model::*)(const BatchInput&, const Labels&, const StepOptions&);
  Napi::Value Step(const Napi::CallbackInfo& info, StepFn step) {
    auto job = std::make_unique<Job>(info.Env());
    const Call call = ReadCall(info[0], info[1], job.get());
    return Submit<StepResult>(
        info, std::move(job),
        [call, step](Model& model) { return (model.*step)(call.input, call.labels, call.options); }, StepToJs);
  }
  Napi::Value TrainStep(const Napi::CallbackInfo& info) { return Step(info, &Model::TrainStep); }
  Napi::Value EvalStep(const Napi::CallbackInfo& info) { return Step(info, &Model::EvalStep); }
  Napi::Value LossAndGradients(const Napi::CallbackInfo& info) { return Step(info, &Model::LossAndGradients); }

  Napi::Value ReadTensors(const Napi::CallbackInfo& info) {
    auto names = StringsFromJs(info[0]);
    return Submit<HostTensors>(info, std::make_unique<Job>(info.Env()),
                               [names](Model& model) { return model.ReadTensors(names); }, TensorsToJs);
  }

  Napi::Value WriteTensors(const Napi::CallbackInfo& info) {
    auto tensors = std::make_shared<HostTensors>(TensorsFromJs(info[0].As<Napi::Object>()));
    return Submit<bool>(info, std::make_unique<Job>(info.Env()),
                        [tensors](Model& model) { return model.WriteTensors(*tensors); }, Undefined);
  }

  Napi::Value OptimizerState(const Napi::CallbackInfo& info) {
    return Submit<HostTensors>(info, std::make_unique<Job>(info.Env()),
                               [](Model& model) { return model.OptimizerState(); }, TensorsToJs);
  }

  Napi::Value LoadOptimizerState(const Napi::CallbackInfo& info) {
    auto state = std::make_shared<HostTensors>(TensorsFromJs(info[0].As<Napi::Object>()));
    return Submit<bool>(info, std::make_unique<Job>(info.Env()),
                        [state](Model& model) { return model.LoadOptimizerState(*state); }, Undefined);
  }

  // For tests: the address of the last batch as libtorch saw it, the layout chosen, and the address of a
  // Float32Array handed in.
  Napi::Value Debug(const Napi::CallbackInfo& info) {
    auto out = Napi::Object::New(info.Env());
    out.Set("channelsLast", model_->channels_last());
    out.Set("lastInput", Napi::BigInt::New(info.Env(), static_cast<uint64_t>(model_->last_input_address())));
    if (info[0].IsTypedArray()) {
      const auto address = reinterpret_cast<uintptr_t>(info[0].As<Napi::Float32Array>().Data());
      out.Set("address", Napi::BigInt::New(info.Env(), static_cast<uint64_t>(address)));
    }
    return out;
  }

  // Resolves when the running call has ended; calls queued behind it are refused with E_CLOSED.
  Napi::Value Close(const Napi::CallbackInfo& info) {
    auto job = std::make_unique<Job>(info.Env());
    job->held.push_back(Napi::Persistent(info.This().As<Napi::Object>()));
    job->run = [] {};
    job->settle = [](Napi::Env env, Napi::Promise::Deferred& deferred, bool) { deferred.Resolve(env.Undefined()); };
    Napi::Promise promise = thread_->Post(info.Env(), std::move(job));
    thread_->Close();
    return promise;
  }

  std::shared_ptr<Model> model_;
  std::shared_ptr<JobThread> thread_;
  std::vector<ParameterInfo> parameters_;
};

Napi::Value TorchInfoToJs(const Napi::CallbackInfo& info) {
  const TorchInfo torch = GetTorchInfo();
  auto out = Napi::Object::New(info.Env());
  out.Set("version", torch.version);
  out.Set("threads", torch.threads);
  out.Set("mkldnn", torch.mkldnn);
  out.Set("blas", torch.blas);
  out.Set("cudaBuilt", torch.cuda_built);
  out.Set("cudaAvailable", torch.cuda_available);
  return out;
}

Napi::Object InitAddon(Napi::Env env, Napi::Object exports) {
  exports.Set("NativeModel", NativeModel::Define(env));
  exports.Set("torchInfo", Napi::Function::New(env, TorchInfoToJs));
  return exports;
}

}  // namespace
}  // namespace saker::autograd

Napi::Object InitAutograd(Napi::Env env, Napi::Object exports) {
  return saker::autograd::InitAddon(env, exports);
}

NODE_API_MODULE(autograd, InitAutograd)
