#include "binding/js_values.h"

#include <cstring>

namespace saker {

JsSource ReadSource(const Napi::Value& value, PromiseTask* task) {
  JsSource source;
  if (value.IsString()) {
    source.is_path = true;
    source.path = value.As<Napi::String>().Utf8Value();
    return source;
  }
  if (!value.IsTypedArray()) {
    const auto object = value.As<Napi::Object>();
    source.is_path = true;
    source.path = object.Get("path").As<Napi::String>().Utf8Value();
    source.range = {Int64Member(object, "offset", 0), Int64Member(object, "length", -1)};
    return source;
  }
  const auto array = value.As<Napi::Uint8Array>();
  task->Keep(array);
  source.bytes = Bytes(array.Data(), array.ByteLength());
  return source;
}

Napi::ArrayBuffer AdoptBuffer(Napi::Env env, std::unique_ptr<AlignedBuffer> buffer, size_t size) {
  AlignedBuffer* raw = buffer.release();
  napi_value value = nullptr;
  const napi_status status = napi_create_external_arraybuffer(
      env, raw->data(), size,
      [](napi_env, void*, void* hint) {
        std::default_delete<AlignedBuffer>()(static_cast<AlignedBuffer*>(hint));
      },
      raw, &value);
  if (status == napi_ok) return Napi::ArrayBuffer(env, value);
  const std::unique_ptr<AlignedBuffer> owned(raw);
  if (status != napi_no_external_buffers_allowed) return Napi::ArrayBuffer();
  Napi::ArrayBuffer copy = Napi::ArrayBuffer::New(env, size);
  if (copy.Data() != nullptr) std::memcpy(copy.Data(), owned->data(), size);
  return copy;
}

Napi::Value TypedView(Napi::Env env, OutputDtype dtype, const Napi::ArrayBuffer& buffer,
                      size_t elements) {
  if (buffer.IsEmpty()) return env.Undefined();
  if (dtype == OutputDtype::kF32) return Napi::Float32Array::New(env, elements, buffer, 0);
  if (dtype == OutputDtype::kU8) return Napi::Uint8Array::New(env, elements, buffer, 0);
  return Napi::Uint16Array::New(env, elements, buffer, 0);
}

Napi::Array OutputShape(Napi::Env env, const PipelineProgram& program, int height, int width,
                        int count) {
  const Napi::Array shape = Napi::Array::New(env);
  uint32_t at = 0;
  if (count >= 0) shape.Set(at++, count);
  if (program.views > 1) shape.Set(at++, program.views);
  if (program.layout == OutputLayout::kNchw) shape.Set(at++, program.channels);
  shape.Set(at++, height);
  shape.Set(at++, width);
  if (program.layout == OutputLayout::kNhwc) shape.Set(at++, program.channels);
  return shape;
}

CodecLimits ReadLimits(const Napi::Object& object) {
  CodecLimits limits;
  limits.max_pixels = Int64Member(object, "maxPixels", limits.max_pixels);
  limits.max_decode_ms = Int64Member(object, "maxDecodeMs", limits.max_decode_ms);
  return limits;
}

int64_t Int64Member(const Napi::Object& object, const char* name, int64_t fallback) {
  const Napi::Value value = object.Get(name);
  return value.IsNumber() ? value.As<Napi::Number>().Int64Value() : fallback;
}

}  // namespace saker
