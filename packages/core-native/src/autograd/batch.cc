#include "autograd/batch.h"

#include <ATen/ATen.h>
#include <ATen/dlpack.h>

#include <memory>
#include <string>

#include "autograd/error.h"

namespace saker::autograd {

namespace {

// Where a capsule's memory lies. The extension device is PyTorch's PrivateUse1, as in its own newer converters.
c10::Device DeviceOf(const DLDevice& dl) {
  const auto index = static_cast<c10::DeviceIndex>(dl.device_id);
  switch (static_cast<int32_t>(dl.device_type)) {
    case kDLCPU: return c10::Device(c10::kCPU);
    case kDLCUDA: return c10::Device(c10::kCUDA, index);
    case ::kDLExtDev: return c10::Device(c10::kPrivateUse1, index);
    default: ThrowArgument("the input batch lies on a device of DLPack's type " + std::to_string(dl.device_type));
  }
}

// As in "f16" or "u8".
std::string NameOf(const DLDataType& type) {
  const auto letters = [&]() -> std::string {
    switch (type.code) {
      case kDLInt: return "i";
      case kDLUInt: return "u";
      case kDLFloat: return "f";
      case kDLBfloat: return "bf";
      default: return "type " + std::to_string(type.code) + " of DLPack in bits: ";
    }
  }();
  const std::string lanes = type.lanes == 1 ? "" : "x" + std::to_string(type.lanes);
  return letters + std::to_string(type.bits) + lanes;
}

// Memory of `device`, kept by the tensor until the last reader lets go.
at::Tensor TakeCapsule(const BatchInput& input, c10::Device device) {
  // Once taken, the memory is the tensor's; until then the capsule still frees it.
  const std::shared_ptr<DLManagedTensor> tensor(input.dlpack->Take(), [](DLManagedTensor* t) { t->deleter(t); });
  const DLTensor& dl = tensor->dl_tensor;
  const c10::Device at_device = DeviceOf(dl.device);
  if (!at_device.is_cpu() && at_device != device) {
    throw EngineError("E_DEVICE_MISMATCH",
                      {{"what", "The input batch"}, {"device", at_device.str()}, {"expected", device.str()}});
  }
  if (dl.dtype.code != kDLFloat || dl.dtype.bits != 32 || dl.dtype.lanes != 1) {
    ThrowArgument("the input batch must be f32, received " + NameOf(dl.dtype));
  }
  const std::vector<int64_t> dims(dl.shape, dl.shape + dl.ndim);
  std::vector<int64_t> strides(dims.size(), 1);
  for (size_t d = dims.size(); d-- > 1;) strides[d - 1] = strides[d] * dims[d];
  if (dl.strides != nullptr) strides.assign(dl.strides, dl.strides + dl.ndim);
  const auto options = at::TensorOptions().dtype(at::kFloat).device(at_device);
  return at::from_blob(static_cast<char*>(dl.data) + dl.byte_offset, dims, strides, [tensor](void*) {}, options,
                       at_device);
}

}  // namespace

at::Tensor AdoptBatch(const BatchInput& input, const std::vector<int64_t>& input_dims, c10::Device device) {
  at::Tensor x;
  if (input.dlpack != nullptr) {
    x = TakeCapsule(input, device);
  } else if (input.data == nullptr) {
    ThrowArgument("the batch is no f32 array and no DLPack capsule that is still to be consumed");
  } else {
    x = at::from_blob(const_cast<float*>(input.data), input.dims,
                      at::TensorOptions().dtype(at::kFloat));
  }
  if (input.nhwc) {
    if (x.dim() != 4) ThrowArgument("an NHWC batch must have four dimensions");
    x = x.permute({0, 3, 1, 2});
  }
  bool fits = x.dim() == static_cast<int64_t>(input_dims.size()) && x.numel() > 0;
  for (size_t d = 0; fits && d < input_dims.size(); ++d) {
    fits = input_dims[d] < 0 || d == 0 || x.size(static_cast<int64_t>(d)) == input_dims[d];
  }
  if (!fits) {
    std::string wanted;
    for (int64_t d : input_dims)
      wanted += (wanted.empty() ? "" : ",") + (d < 0 ? "N" : std::to_string(d));
    std::string got;
    for (int64_t d : x.sizes()) got += (got.empty() ? "" : ",") + std::to_string(d);
    throw EngineError(
        "E_MODEL_SHAPE",
        {{"name", "the input"}, {"expected", "[" + wanted + "]"}, {"received", "[" + got + "]"}});
  }
  return x.to(device);
}

}  // namespace saker::autograd
