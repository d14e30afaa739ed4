// NativeLoader: a Loader behind a JavaScript object, and the batches it hands out.
#ifndef SAKER_BINDING_LOADER_WRAP_H_
#define SAKER_BINDING_LOADER_WRAP_H_

#include <napi.h>

#include <memory>

#include "loader/loader.h"

namespace saker {

class LoaderWrap : public Napi::ObjectWrap<LoaderWrap> {
 public:
  static Napi::Function Define(Napi::Env env);

  // new NativeLoader(pipeline, paths: string[], labels: Int32Array, ids: Int32Array,
  //                  {batchSize, shuffle, dropLast, seed, threads, prefetch, numClasses,
  //                   ranges: Float64Array of (offset, length) pairs, length -1: the whole file |
  //                   null, cache: {kind, bytes} | null}). Throws E_MEMORY.
  explicit LoaderWrap(const Napi::CallbackInfo& info);
  ~LoaderWrap() override;

 private:
  // startEpoch(n): run number
  Napi::Value StartEpoch(const Napi::CallbackInfo& info);
  // cancelEpoch(run)
  Napi::Value CancelEpoch(const Napi::CallbackInfo& info);
  // next(run): Promise<{batch: NativeBatch | null, conversions: [ticket, sample][]}>; with neither,
  // the end
  Napi::Value Next(const Napi::CallbackInfo& info);
  // convert(ticket, bytes) or convert(ticket, code, detail) or convert(ticket): answers a
  // conversion
  Napi::Value Convert(const Napi::CallbackInfo& info);
  // stats(): sums since the loader was made
  Napi::Value Stats(const Napi::CallbackInfo& info);
  // close(): joins the threads
  Napi::Value Close(const Napi::CallbackInfo& info);

  static void OnEnvironmentEnd(void* self);

  // Shared with the batch tasks, which name files of failed samples.
  std::shared_ptr<Loader> loader_;
};

// releaseBatch(lease, arrayBuffer): detaches the view and gives the slot back.
Napi::Value ReleaseBatchCall(const Napi::CallbackInfo& info);
// batchToDlpack(lease): External over a DlpackCapsule (base/dlpack.h) that keeps the slot leased.
Napi::Value BatchToDlpackCall(const Napi::CallbackInfo& info);

}  // namespace saker

#endif  // SAKER_BINDING_LOADER_WRAP_H_
