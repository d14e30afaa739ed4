// NativePipeline: a compiled pipeline behind a JavaScript object.
#ifndef SAKER_BINDING_PIPELINE_WRAP_H_
#define SAKER_BINDING_PIPELINE_WRAP_H_

#include <napi.h>

#include <memory>

#include "codec/codec.h"
#include "plan/program.h"

namespace saker {

class PipelineWrap : public Napi::ObjectWrap<PipelineWrap> {
 public:
  static Napi::Function Define(Napi::Env env);

  // new NativePipeline(spec, {maxPixels, maxDecodeMs}). Throws E_PIPELINE_UNSUPPORTED.
  explicit PipelineWrap(const Napi::CallbackInfo& info);

  const std::shared_ptr<const PipelineProgram>& program() const { return program_; }
  const CodecLimits& limits() const { return limits_; }

 private:
  // {channels, height, width, views where they are several}; height and width 0 when they depend on the picture.
  Napi::Value Shape(const Napi::CallbackInfo& info);
  // runImage(input, {seed, epoch, sampleId, reference}): Promise<{data, shape}>
  Napi::Value RunImage(const Napi::CallbackInfo& info);
  // runPixels(u8 HWC pixels, {width, height, channels}, {seed, epoch, sampleId, reference}):
  // Promise<{data, shape}>
  Napi::Value RunPixels(const Napi::CallbackInfo& info);
  // runBatch(inputs, out, sampleIds: Int32Array, {seed, epoch, threads, reference}):
  // Promise<failures>
  Napi::Value RunBatch(const Napi::CallbackInfo& info);
  // plan({width, height, orientation, channels, format}, {seed, epoch, sampleId, view}): object
  Napi::Value Plan(const Napi::CallbackInfo& info);

  std::shared_ptr<const PipelineProgram> program_;
  CodecLimits limits_;
};

}  // namespace saker

#endif  // SAKER_BINDING_PIPELINE_WRAP_H_
