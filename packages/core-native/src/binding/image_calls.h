// probe and decode: pictures without a pipeline.
#ifndef SAKER_BINDING_IMAGE_CALLS_H_
#define SAKER_BINDING_IMAGE_CALLS_H_

#include <napi.h>

namespace saker {

// probe(input, {maxPixels, maxDecodeMs}): Promise<ImageInfo>
Napi::Value ProbeCall(const Napi::CallbackInfo& info);
// decode(input, {maxPixels, maxDecodeMs}): Promise<{data, width, height, channels}>
Napi::Value DecodeCall(const Napi::CallbackInfo& info);

}  // namespace saker

#endif  // SAKER_BINDING_IMAGE_CALLS_H_
