// DLPack v0 (dmlc/dlpack, ABI before versioned tensors): how a tensor crosses from one addon to
// another. Only the structs and the enum values that Saker uses; layouts are fixed by that ABI.
//
// A DLManagedTensor travels inside a DlpackCapsule behind a Node-API External that carries
// kDlpackTypeTag. A consumer must check the tag (napi_check_object_type_tag), take `tensor` out,
// leave nullptr behind, and call tensor->deleter(tensor) once when done, on any thread. A capsule
// that was never consumed frees its tensor when the External is collected.
#ifndef SAKER_BASE_DLPACK_H_
#define SAKER_BASE_DLPACK_H_

#include <cstdint>

namespace saker {

enum DLDeviceType : int32_t { kDLCPU = 1, kDLCUDA = 2 };

struct DLDevice {
  DLDeviceType device_type;
  int32_t device_id;
};

enum DLDataTypeCode : uint8_t { kDLInt = 0, kDLUInt = 1, kDLFloat = 2, kDLBfloat = 4 };

struct DLDataType {
  uint8_t code;
  uint8_t bits;
  uint16_t lanes;
};

struct DLTensor {
  void* data;
  DLDevice device;
  int32_t ndim;
  DLDataType dtype;
  int64_t* shape;
  int64_t* strides;  // in elements; nullptr: compact row-major
  uint64_t byte_offset;
};

struct DLManagedTensor {
  DLTensor dl_tensor;
  void* manager_ctx;
  void (*deleter)(DLManagedTensor* self);
};

static_assert(sizeof(void*) != 8 || sizeof(DLTensor) == 48, "DLTensor must keep DLPack's layout");
static_assert(sizeof(void*) != 8 || sizeof(DLManagedTensor) == 64,
              "DLManagedTensor must keep DLPack's layout");

// What the External points to.
struct DlpackCapsule {
  DLManagedTensor* tensor;  // nullptr once consumed
};

// Two 64-bit halves of the napi_type_tag of a DlpackCapsule External.
inline constexpr uint64_t kDlpackTypeTagLow = 0x64c1f0a96b6c4f7eULL;
inline constexpr uint64_t kDlpackTypeTagHigh = 0x9d0b5a7b3e2f4c11ULL;

}  // namespace saker

#endif  // SAKER_BASE_DLPACK_H_
