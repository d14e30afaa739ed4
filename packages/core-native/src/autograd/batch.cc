#include "autograd/batch.h"

#include <ATen/ATen.h>
#include <ATen/DLConvertor.h>

#include <string>

#include "autograd/error.h"

namespace saker::autograd {

at::Tensor AdoptBatch(const BatchInput& input, const std::vector<int64_t>& input_dims) {
  at::Tensor x;
  if (input.dlpack != nullptr) {
    DLManagedTensor* tensor = input.dlpack->Take();
    if (tensor->dl_tensor.device.device_type != kDLCPU) {
      tensor->deleter(tensor);
      throw EngineError("E_DEVICE_MISMATCH",
                        {{"what", "The input batch"}, {"device", "cuda"}, {"expected", "cpu"}});
    }
    // saker::DLManagedTensor and ATen's are the same DLPack ABI.
    x = at::fromDLPack(reinterpret_cast<::DLManagedTensor*>(tensor));
  } else if (input.data == nullptr) {
    ThrowArgument("the batch is no f32 array and no DLPack capsule that is still to be consumed");
  } else {
    x = at::from_blob(const_cast<float*>(input.data), input.dims,
                      at::TensorOptions().dtype(at::kFloat));
  }
  if (x.scalar_type() != at::kFloat) {
    ThrowArgument(std::string("the input batch must be f32, received torch's ") +
                  at::toString(x.scalar_type()));
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
  return x;
}

}  // namespace saker::autograd
