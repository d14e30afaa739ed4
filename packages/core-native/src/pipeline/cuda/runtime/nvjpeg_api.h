// nvJPEG as Saker uses it: our own declarations of the entry points of NVIDIA's public interface
// (nvJPEG library guide, CUDA 11 to 13), found with dlopen at run time. Nothing is linked and no
// header of it is needed.
#ifndef SAKER_PIPELINE_CUDA_RUNTIME_NVJPEG_API_H_
#define SAKER_PIPELINE_CUDA_RUNTIME_NVJPEG_API_H_

#include <cuda_runtime_api.h>

#include <cstddef>
#include <string>

#include "base/status.h"

namespace saker {
namespace nvjpeg {

// Opaque objects.
using Handle = struct HandleTag*;
using State = struct StateTag*;
using Decoder = struct DecoderTag*;
using Stream = struct StreamTag*;
using Params = struct ParamsTag*;
using PinnedBuffer = struct PinnedBufferTag*;
using DeviceBuffer = struct DeviceBufferTag*;

// nvjpegStatus_t, nvjpegBackend_t, nvjpegOutputFormat_t and the flags of nvjpegCreateEx: the values
// used.
inline constexpr int kSuccess = 0;
inline constexpr int kBackendDefault = 0;
inline constexpr int kBackendHardware = 3;
inline constexpr int kInterleavedRgb = 5;
inline constexpr unsigned int kStrictBitstream = 4;
inline constexpr unsigned int kInterpolatedChroma = 32;  // since 12.1

// nvjpegImage_t. Interleaved output uses the first channel only.
struct Image {
  unsigned char* channel[4];
  size_t pitch[4];
};

// X(member, symbol, parameters): every entry point; each returns nvjpegStatus_t.
#define SAKER_NVJPEG_FUNCTIONS(X)                                                             \
  X(GetProperty, "nvjpegGetProperty", (int, int*))                                            \
  X(CreateEx, "nvjpegCreateEx", (int, void*, void*, unsigned int, Handle*))                   \
  X(Destroy, "nvjpegDestroy", (Handle))                                                       \
  X(StateCreate, "nvjpegJpegStateCreate", (Handle, State*))                                   \
  X(StateDestroy, "nvjpegJpegStateDestroy", (State))                                          \
  X(StreamCreate, "nvjpegJpegStreamCreate", (Handle, Stream*))                                \
  X(StreamDestroy, "nvjpegJpegStreamDestroy", (Stream))                                       \
  X(StreamParse, "nvjpegJpegStreamParse",                                                     \
    (Handle, const unsigned char*, size_t, int, int, Stream))                                 \
  X(StreamSize, "nvjpegJpegStreamGetFrameDimensions", (Stream, unsigned int*, unsigned int*)) \
  X(BatchedInitialize, "nvjpegDecodeBatchedInitialize", (Handle, State, int, int, int))       \
  X(BatchedSupported, "nvjpegDecodeBatchedSupported", (Handle, Stream, int*))                 \
  X(DecodeBatched, "nvjpegDecodeBatched",                                                     \
    (Handle, State, const unsigned char* const*, const size_t*, Image*, cudaStream_t))        \
  X(DecoderCreate, "nvjpegDecoderCreate", (Handle, int, Decoder*))                            \
  X(DecoderDestroy, "nvjpegDecoderDestroy", (Decoder))                                        \
  X(DecoderStateCreate, "nvjpegDecoderStateCreate", (Handle, Decoder, State*))                \
  X(DecoderSupported, "nvjpegDecoderJpegSupported", (Decoder, Stream, Params, int*))          \
  X(ParamsCreate, "nvjpegDecodeParamsCreate", (Handle, Params*))                              \
  X(ParamsDestroy, "nvjpegDecodeParamsDestroy", (Params))                                     \
  X(ParamsSetFormat, "nvjpegDecodeParamsSetOutputFormat", (Params, int))                      \
  X(ParamsSetRoi, "nvjpegDecodeParamsSetROI", (Params, int, int, int, int))                   \
  X(PinnedCreate, "nvjpegBufferPinnedCreate", (Handle, void*, PinnedBuffer*))                 \
  X(PinnedDestroy, "nvjpegBufferPinnedDestroy", (PinnedBuffer))                               \
  X(DeviceCreate, "nvjpegBufferDeviceCreate", (Handle, void*, DeviceBuffer*))                 \
  X(DeviceDestroy, "nvjpegBufferDeviceDestroy", (DeviceBuffer))                               \
  X(AttachPinned, "nvjpegStateAttachPinnedBuffer", (State, PinnedBuffer))                     \
  X(AttachDevice, "nvjpegStateAttachDeviceBuffer", (State, DeviceBuffer))                     \
  X(DecodeHost, "nvjpegDecodeJpegHost", (Handle, Decoder, State, Params, Stream))             \
  X(DecodeTransfer, "nvjpegDecodeJpegTransferToDevice",                                       \
    (Handle, Decoder, State, Stream, cudaStream_t))                                           \
  X(DecodeDevice, "nvjpegDecodeJpegDevice", (Handle, Decoder, State, Image*, cudaStream_t))

struct Api {
#define SAKER_X(member, symbol, parameters) int(*member) parameters = nullptr;
  SAKER_NVJPEG_FUNCTIONS(SAKER_X)
#undef SAKER_X
  std::string version;  // "13.0.1"
  unsigned int flags =
      0;  // for CreateEx: strict about bitstreams, chroma as libjpeg upsamples it where it can
};

// Opens libnvjpeg.so.13, .12 or .11, or the file that the environment variable SAKER_NVJPEG names;
// once a process, kept until it ends. The status says why not (E_CUDA_FAILED).
const StatusOr<Api>& Load();

}  // namespace nvjpeg
}  // namespace saker

#endif  // SAKER_PIPELINE_CUDA_RUNTIME_NVJPEG_API_H_
