#include "binding/batch_lease_box.h"

#include "base/dlpack.h"

namespace saker {
namespace {

constexpr napi_type_tag kLeaseTag = {0x1f3b9a6c2d4e4f8aULL, 0x8e7d6c5b4a392817ULL};
constexpr napi_type_tag kDlpackTag = {kDlpackTypeTagLow, kDlpackTypeTagHigh};

// A managed tensor with its shape and its hold on the memory in one block.
struct HeldTensor {
  DLManagedTensor managed;
  int64_t shape[5];
  std::shared_ptr<const void> owner;
};

void DeleteHeldTensor(DLManagedTensor* self) {
  std::default_delete<HeldTensor>()(static_cast<HeldTensor*>(self->manager_ctx));
}

DLDataType DlpackType(OutputDtype dtype) {
  switch (dtype) {
    case OutputDtype::kF32:
      return {kDLFloat, 32, 1};
    case OutputDtype::kF16:
      return {kDLFloat, 16, 1};
    case OutputDtype::kBf16:
      return {kDLBfloat, 16, 1};
    case OutputDtype::kU8:
      break;
  }
  return {kDLUInt, 8, 1};
}

std::unique_ptr<HeldTensor> MakeTensor(const PipelineProgram& program, void* data, DLDevice device,
                                       int64_t count, std::shared_ptr<const void> owner) {
  auto tensor = std::make_unique<HeldTensor>();
  const bool nchw = program.layout == OutputLayout::kNchw;
  tensor->owner = std::move(owner);
  int64_t* shape = tensor->shape;
  int32_t ndim = 0;
  shape[ndim++] = count;
  if (program.views > 1) shape[ndim++] = program.views;
  shape[ndim++] = nchw ? program.channels : program.height;
  shape[ndim++] = nchw ? program.height : program.width;
  shape[ndim++] = nchw ? program.width : program.channels;
  DLTensor& dl = tensor->managed.dl_tensor;
  dl.data = data;
  dl.device = device;
  dl.ndim = ndim;
  dl.dtype = DlpackType(program.dtype);
  dl.shape = shape;
  dl.strides = nullptr;
  dl.byte_offset = 0;
  tensor->managed.manager_ctx = tensor.get();
  tensor->managed.deleter = DeleteHeldTensor;
  return tensor;
}

}  // namespace

Napi::Value WrapLease(Napi::Env env, const SharedLeaseBox& box) {
  auto held = std::make_unique<SharedLeaseBox>(box);
  auto external = Napi::External<SharedLeaseBox>::New(
      env, held.release(),
      [](Napi::Env, SharedLeaseBox* p) { std::default_delete<SharedLeaseBox>()(p); });
  napi_type_tag_object(env, external, &kLeaseTag);
  return external;
}

SharedLeaseBox UnwrapLease(const Napi::Value& external) {
  bool ours = false;
  if (!external.IsExternal() ||
      napi_check_object_type_tag(external.Env(), external, &kLeaseTag, &ours) != napi_ok || !ours) {
    return nullptr;
  }
  return *external.As<Napi::External<SharedLeaseBox>>().Data();
}

Napi::ArrayBuffer LeaseBuffer(Napi::Env env, const SharedLeaseBox& box, size_t size) {
  auto held = std::make_unique<SharedLeaseBox>(box);
  napi_value value = nullptr;
  const napi_status status = napi_create_external_arraybuffer(
      env, box->lease->data(), size,
      [](napi_env, void*, void* hint) {
        std::default_delete<SharedLeaseBox>()(static_cast<SharedLeaseBox*>(hint));
      },
      held.get(), &value);
  if (status == napi_no_external_buffers_allowed) {
    Napi::Error::New(env, "this JavaScript runtime allows no external array buffers")
        .ThrowAsJavaScriptException();
  }
  if (status != napi_ok) return Napi::ArrayBuffer();
  static_cast<void>(held.release());
  return Napi::ArrayBuffer(env, value);
}

Napi::Value LeaseToDlpack(Napi::Env env, const LeaseBox& box) {
  const DLDevice device{box.lease->on_device() ? kDLCUDA : kDLCPU, 0};
  return TensorToDlpack(env, *box.program, box.lease->data(), device, box.lease->slot().count,
                        box.lease);
}

Napi::Value TensorToDlpack(Napi::Env env, const PipelineProgram& program, void* data,
                           DLDevice device, int64_t count, std::shared_ptr<const void> owner) {
  auto capsule = std::make_unique<DlpackCapsule>();
  capsule->tensor = &MakeTensor(program, data, device, count, std::move(owner)).release()->managed;
  auto external =
      Napi::External<DlpackCapsule>::New(env, capsule.release(), [](Napi::Env, DlpackCapsule* c) {
        const std::unique_ptr<DlpackCapsule> owned(c);
        if (owned->tensor != nullptr) owned->tensor->deleter(owned->tensor);
      });
  napi_type_tag_object(env, external, &kDlpackTag);
  return external;
}

}  // namespace saker
