// Small conversions between JavaScript values and native ones. The TypeScript half has checked
// types already.
#ifndef SAKER_BINDING_JS_VALUES_H_
#define SAKER_BINDING_JS_VALUES_H_

#include <napi.h>

#include <memory>
#include <string>

#include "base/aligned_buffer.h"
#include "base/span.h"
#include "binding/env_data.h"
#include "loader/sample.h"
#include "plan/program.h"

namespace saker {

// A picture given as a path, as {path, offset, length}, or as a Uint8Array. The array is kept by
// the task; its bytes are read in place.
struct JsSource {
  std::string path;
  FileRange range = FileRange();
  Bytes bytes;
  bool is_path = false;

  SampleSource source(OpenFiles* files = nullptr) const {
    return is_path ? SampleSource{&path, {}, range, files} : SampleSource{nullptr, bytes};
  }
};

JsSource ReadSource(const Napi::Value& value, PromiseTask* task);

// Wraps memory in an ArrayBuffer without copying; the buffer frees it. Copies where the runtime
// forbids external memory (pointer-compressed builds). Empty when the environment is being
// terminated.
Napi::ArrayBuffer AdoptBuffer(Napi::Env env, std::unique_ptr<AlignedBuffer> buffer, size_t size);

// A Float32Array, Uint8Array or (bits of halves) Uint16Array over `buffer`.
Napi::Value TypedView(Napi::Env env, OutputDtype dtype, const Napi::ArrayBuffer& buffer,
                      size_t elements);

// [C, H, W] or [H, W, C], with the views before it where they are several, and `count` before that
// when count >= 0.
Napi::Array OutputShape(Napi::Env env, const PipelineProgram& program, int height, int width,
                        int count);

// {maxPixels, maxDecodeMs}, both given.
CodecLimits ReadLimits(const Napi::Object& object);

// Integer or number members of an options object; `fallback` when absent or undefined.
int64_t Int64Member(const Napi::Object& object, const char* name, int64_t fallback);

}  // namespace saker

#endif  // SAKER_BINDING_JS_VALUES_H_
