// Methods of a model that is trained by several processes.
#include "autograd/binding/native_model.h"

namespace saker::autograd {
namespace {

GroupConfig GroupFromJs(const Napi::Object& js) {
  GroupConfig config;
  config.rank = static_cast<int>(Number(js, "rank", config.rank));
  config.world_size = static_cast<int>(Number(js, "worldSize", config.world_size));
  config.backend = Text(js.Get("backend"));
  config.master_addr = Text(js.Get("masterAddr"));
  config.master_port = static_cast<int>(Number(js, "masterPort", config.master_port));
  if (js.Get("file").IsString()) config.file = Text(js.Get("file"));
  config.timeout_s = Number(js, "timeoutSeconds", config.timeout_s);
  config.bucket_bytes =
      static_cast<int64_t>(Number(js, "bucketBytes", static_cast<double>(config.bucket_bytes)));
  config.sync_batch_norm = js.Get("syncBatchNorm").ToBoolean();
  return config;
}

Napi::Value JoinGroup(NativeModel& self, const Napi::CallbackInfo& info) {
  const GroupConfig config = GroupFromJs(info[0].As<Napi::Object>());
  return self.Submit<bool>(info, [config](Model& model) { return model.JoinGroup(config); }, Undefined);
}

Napi::Value LeaveGroup(NativeModel& self, const Napi::CallbackInfo& info) {
  return self.Submit<bool>(info, [](Model& model) { return model.LeaveGroup(); }, Undefined);
}

Napi::Value AskToStop(NativeModel& self, const Napi::CallbackInfo& info) {
  self.model().AskToStop();
  return info.Env().Undefined();
}

// undefined outside a group.
Napi::Value LastGroupStep(NativeModel& self, const Napi::CallbackInfo& info) {
  const auto step = self.model().LastGroupStep();
  if (!step) return info.Env().Undefined();
  auto out = Napi::Object::New(info.Env());
  out.Set("count", static_cast<double>(step->count));
  out.Set("stop", step->stop);
  out.Set("buckets", static_cast<double>(step->buckets));
  out.Set("bucketsEarly", static_cast<double>(step->buckets_early));
  return out;
}

Napi::Value BroadcastTensors(NativeModel& self, const Napi::CallbackInfo& info) {
  const bool buffers_only = info[0].ToBoolean();
  return self.Submit<bool>(
      info, [buffers_only](Model& model) { return model.BroadcastTensors(buffers_only); }, Undefined);
}

Napi::Value GroupSum(NativeModel& self, const Napi::CallbackInfo& info) {
  const auto array = info[0].As<Napi::Float64Array>();
  const std::vector<double> values(array.Data(), array.Data() + array.ElementLength());
  return self.Submit<std::vector<double>>(
      info, [values](Model& model) { return model.GroupSum(values); },
      [](Napi::Env env, const std::vector<double>& sums) -> Napi::Value {
        auto out = Napi::Float64Array::New(env, sums.size());
        if (out.Data() != nullptr) std::copy(sums.begin(), sums.end(), out.Data());
        return out;
      });
}

Napi::Value GroupBroadcast(NativeModel& self, const Napi::CallbackInfo& info) {
  const std::string text = Text(info[0]);
  return self.Submit<std::string>(
      info, [text](Model& model) { return model.GroupBroadcast(text); },
      [](Napi::Env env, const std::string& bytes) -> Napi::Value { return Napi::String::New(env, bytes); });
}

}  // namespace

const std::vector<NativeModel::Method>& GroupMethods() {
  static const std::vector<NativeModel::Method> methods = {
      {"joinGroup", JoinGroup},
      {"leaveGroup", LeaveGroup},
      {"askToStop", AskToStop},
      {"lastGroupStep", LastGroupStep},
      {"broadcastTensors", BroadcastTensors},
      {"groupSum", GroupSum},
      {"groupBroadcast", GroupBroadcast},
  };
  return methods;
}

}  // namespace saker::autograd
