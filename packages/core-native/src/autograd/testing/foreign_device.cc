#include "autograd/testing/foreign_device.h"

#include <ATen/ATen.h>
#include <ATen/EmptyTensor.h>
#include <ATen/ops/_reshape_alias_native.h>
#include <ATen/ops/as_strided_native.h>
#include <ATen/ops/resize_native.h>
#include <ATen/ops/unfold_native.h>
#include <ATen/ops/view_native.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <c10/core/Allocator.h>
#include <c10/core/DeviceGuard.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <c10/core/impl/alloc_cpu.h>
#include <torch/library.h>
#include <torch/version.h>

#include <atomic>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace saker::autograd::testing {
namespace {

// The device that this thread allocates on, as torch's guards set it.
thread_local c10::DeviceIndex current = 0;

std::atomic<size_t> calls{0}, limit{std::numeric_limits<size_t>::max()};

// What tensors of the device hold is no address: code that reads their memory from the host crashes, as it would with CUDA's.
constexpr uintptr_t kHiding = uintptr_t{1} << 62;
void* Hidden(void* data) { return data == nullptr ? nullptr : reinterpret_cast<void*>(reinterpret_cast<uintptr_t>(data) ^ kHiding); }

class ForeignAllocator final : public at::Allocator {
 public:
#if TORCH_VERSION_MAJOR > 1
  at::DataPtr allocate(size_t bytes) override { return Allocate(bytes); }
  void copy_data(void* to, const void* from, size_t bytes) const override {
    std::memcpy(Hidden(to), Hidden(const_cast<void*>(from)), bytes);
  }
#else
  at::DataPtr allocate(size_t bytes) const override { return Allocate(bytes); }
#endif

 private:
  static at::DataPtr Allocate(size_t bytes) {
    TORCH_CHECK_WITH(OutOfMemoryError, bytes <= limit, "foreign device out of memory. Tried to allocate ", bytes, " bytes");
    void* data = bytes == 0 ? nullptr : c10::alloc_cpu(bytes);
    return {Hidden(data), data, &c10::free_cpu, c10::Device(c10::kPrivateUse1, current)};
  }
};
ForeignAllocator allocator;
REGISTER_ALLOCATOR(c10::DeviceType::PrivateUse1, &allocator)

struct ForeignGuard final : c10::impl::DeviceGuardImplInterface {
  static constexpr c10::DeviceType static_type = c10::DeviceType::PrivateUse1;
  ForeignGuard() = default;
  explicit ForeignGuard(c10::DeviceType) {}
  c10::DeviceType type() const override { return static_type; }
  c10::Device exchangeDevice(c10::Device to) const override {
    return c10::Device(static_type, std::exchange(current, to.index()));
  }
  c10::Device getDevice() const override { return c10::Device(static_type, current); }
  void setDevice(c10::Device to) const override { current = to.index(); }
  void uncheckedSetDevice(c10::Device to) const noexcept override { current = to.index(); }
  c10::Stream getStream(c10::Device device) const noexcept override { return c10::Stream(c10::Stream::DEFAULT, device); }
  c10::Stream exchangeStream(c10::Stream stream) const noexcept override { return stream; }
  c10::DeviceIndex deviceCount() const noexcept override { return 2; }
  void synchronizeStream(const c10::Stream&) const override {}
};
C10_REGISTER_GUARD_IMPL(PrivateUse1, ForeignGuard);

bool IsForeign(const at::Tensor& t) { return t.defined() && t.device().type() == c10::kPrivateUse1; }

// The same memory as a CPU tensor.
at::Tensor Alias(const at::Tensor& t) {
  if (!IsForeign(t)) return t;
  return at::from_blob(Hidden(t.data_ptr()), t.sizes(), t.strides(), at::TensorOptions().dtype(t.scalar_type()));
}

at::Tensor ToForeign(const at::Tensor& host, c10::Device device, bool narrow) {
  if (!host.defined()) return host;
  const bool half = narrow && host.scalar_type() == at::kFloat;
  const at::Tensor out = at::empty_strided(host.sizes(), host.strides(),
                                           host.options().dtype(half ? at::kHalf : host.scalar_type()).device(device));
  Alias(out).copy_(host);
  return out;
}

// The operands of one call: checked, then seen as the CPU's.
class Operands {
 public:
  explicit Operands(std::string op) : op_(std::move(op)) { ++calls; }

  void Note(const at::Tensor& t) {
    if (!t.defined()) return;
    if (IsForeign(t)) {
      TORCH_CHECK(!foreign_ || *foreign_ == t.device(), op_, " mixes tensors of two foreign devices");
      foreign_ = t.device();
    }
    host_ = host_ || (t.is_cpu() && t.dim() > 0);
    half_ = half_ || (IsForeign(t) && t.scalar_type() == at::kHalf);
    TORCH_CHECK(!(foreign_ && host_), op_, " mixes tensors of the foreign device and of the CPU");
  }

  // `t` in the same memory, or values of it that go back by Store(): f32 ones of halves, and what may be resized.
  at::Tensor Host(const at::Tensor& t) {
    if (!IsForeign(t)) return t;
    if (t.numel() > 0 && t.scalar_type() != at::kHalf) return Alias(t);
    values_.emplace_back(t, Alias(t).to(t.scalar_type() == at::kHalf ? at::kFloat : t.scalar_type(), false, /*copy=*/true));
    return values_.back().second;
  }

  void Store() {
    for (auto& [t, host] : values_) {
      if (t.sizes() != host.sizes()) t.resize_(host.sizes());
      Alias(t).copy_(host);
    }
  }

  // A result of the CPU's operator, as one of this call's.
  at::Tensor Result(const at::Tensor& host) const {
    return ToForeign(host, foreign_.value_or(c10::Device(c10::kPrivateUse1, current)), half_);
  }

 private:
  std::string op_;
  std::optional<c10::Device> foreign_;
  bool host_ = false, half_ = false;
  std::vector<std::pair<at::Tensor, at::Tensor>> values_;
};

template <typename F>
void ForEachTensor(const c10::IValue& value, F&& visit) {
  if (value.isTensor()) visit(value.toTensor());
  else if (value.isTensorList()) for (const at::Tensor& t : value.toTensorVector()) visit(t);
  else if (value.isOptionalTensorList()) {
    for (const c10::optional<at::Tensor>& t : value.toOptionalTensorVector()) if (t) visit(*t);
  }
}

c10::IValue HostValue(const c10::IValue& value, Operands& operands) {
  if (value.isTensor()) return operands.Host(value.toTensor());
  if (value.isTensorList()) {
    c10::List<at::Tensor> list;
    for (const at::Tensor& t : value.toTensorVector()) list.push_back(operands.Host(t));
    return list;
  }
  if (value.isOptionalTensorList()) {
    c10::List<c10::optional<at::Tensor>> list;
    for (const c10::optional<at::Tensor>& t : value.toOptionalTensorVector()) {
      list.push_back(t ? c10::optional<at::Tensor>(operands.Host(*t)) : c10::nullopt);
    }
    return list;
  }
  if (value.isDevice()) return c10::Device(c10::kCPU);
  return value;
}

// Every operator without a kernel of its own.
void Fallback(const c10::OperatorHandle& op, torch::jit::Stack* stack) {
  const c10::FunctionSchema& schema = op.schema();
  const size_t count = schema.arguments().size(), first = stack->size() - count;
  Operands operands(schema.operator_name().name);
  const std::vector<c10::IValue> given(stack->begin() + static_cast<int64_t>(first), stack->end());
  for (const c10::IValue& value : given) ForEachTensor(value, [&](const at::Tensor& t) { operands.Note(t); });
  for (const c10::Argument& result : schema.returns()) {
    TORCH_CHECK(result.alias_info() == nullptr || result.alias_info()->isWrite(), schema.operator_name().name,
                " gives a view, for which the foreign device has no kernel");
  }
  // Held to the end: a kernel of several outputs gives references to operands that it has taken off the stack.
  std::vector<c10::IValue> host;
  for (const c10::IValue& value : given) host.push_back(HostValue(value, operands));
  for (size_t i = 0; i < count; ++i) (*stack)[first + i] = host[i];
  op.redispatchBoxed(c10::DispatchKeySet(c10::DispatchKey::CPU), stack);
  operands.Store();
  // What was written to is returned as it was given; the k-th such result is the k-th such argument.
  std::vector<c10::IValue> written;
  for (size_t i = 0; i < count; ++i) {
    const auto* info = schema.arguments()[i].alias_info();
    if (info != nullptr && info->isWrite()) written.push_back(given[i]);
  }
  const size_t results = schema.returns().size(), from = stack->size() - results;
  size_t next = 0;
  for (size_t i = 0; i < results; ++i) {
    c10::IValue& value = (*stack)[from + i];
    if (schema.returns()[i].alias_info() != nullptr) {
      value = written.at(next++);
    } else if (value.isTensor()) {
      value = operands.Result(value.toTensor());
    } else if (value.isTensorList()) {
      c10::List<at::Tensor> list;
      for (const at::Tensor& t : value.toTensorVector()) list.push_back(operands.Result(t));
      value = list;
    }
  }
}

at::Tensor Empty(at::IntArrayRef size, c10::optional<at::ScalarType> dtype, c10::optional<at::Layout>,
                 c10::optional<at::Device> device, c10::optional<bool>, c10::optional<at::MemoryFormat> format) {
  const c10::OptionalDeviceGuard guard(device);
  return at::detail::empty_generic(size, &allocator, c10::DispatchKeySet(c10::DispatchKey::PrivateUse1),
                                   c10::dtype_or_default(dtype), format);
}

at::Tensor EmptyStrided(at::IntArrayRef size, at::IntArrayRef stride, c10::optional<at::ScalarType> dtype,
                        c10::optional<at::Layout>, c10::optional<at::Device> device, c10::optional<bool>) {
  const c10::OptionalDeviceGuard guard(device);
  return at::detail::empty_strided_generic(size, stride, &allocator, c10::DispatchKeySet(c10::DispatchKey::PrivateUse1),
                                           c10::dtype_or_default(dtype));
}

at::Tensor& Copy(at::Tensor& self, const at::Tensor& source, bool) {
  Alias(self).copy_(Alias(source));
  return self;
}

at::Scalar LocalScalar(const at::Tensor& t) { return Alias(t).item(); }

at::Tensor Convolution(const at::Tensor& x, const at::Tensor& w, const c10::optional<at::Tensor>& bias,
                       at::IntArrayRef stride, at::IntArrayRef padding, at::IntArrayRef dilation, bool transposed,
                       at::IntArrayRef output_padding, int64_t groups) {
  Operands operands("convolution");
  for (const at::Tensor& t : {x, w, bias.value_or(at::Tensor())}) operands.Note(t);
  c10::optional<at::Tensor> b;
  if (bias && bias->defined()) b = operands.Host(*bias);
  return operands.Result(at::convolution(operands.Host(x), operands.Host(w), b, stride, padding, dilation, transposed,
                                         output_padding, groups));
}

std::tuple<at::Tensor, at::Tensor, at::Tensor> ConvolutionBackward(
    const at::Tensor& dy, const at::Tensor& x, const at::Tensor& w, at::IntArrayRef stride, at::IntArrayRef padding,
    at::IntArrayRef dilation, bool transposed, at::IntArrayRef output_padding, int64_t groups,
    std::array<bool, 3> mask) {
  Operands operands("convolution_backward");
  for (const at::Tensor& t : {dy, x, w}) operands.Note(t);
  const int64_t channels = dy.size(1);
  const auto [dx, dw, db] = at::convolution_backward(
      operands.Host(dy), operands.Host(x), operands.Host(w), at::OptionalIntArrayRef(at::IntArrayRef(channels)), stride,
      padding, dilation, transposed, output_padding, groups, mask);
  return {operands.Result(dx), operands.Result(dw), operands.Result(db)};
}

TORCH_LIBRARY_IMPL(aten, PrivateUse1, m) {
  m.impl("empty.memory_format", Empty);
  m.impl("empty_strided", EmptyStrided);
  m.impl("as_strided", at::native::as_strided_tensorimpl);
  m.impl("view", at::native::view);
  m.impl("unfold", at::native::unfold);
  m.impl("_reshape_alias", at::native::_reshape_alias);
  m.impl("resize_", at::native::resize_);
  m.impl("copy_", Copy);
  m.impl("_local_scalar_dense", LocalScalar);
  m.impl("convolution_overrideable", Convolution);
  m.impl("convolution_backward_overrideable", ConvolutionBackward);
}

TORCH_LIBRARY_IMPL(_, PrivateUse1, m) { m.fallback(torch::CppFunction::makeFromBoxedFunction<&Fallback>()); }

}  // namespace

size_t ForeignCalls() { return calls; }

ForeignMemoryLimit::ForeignMemoryLimit(size_t bytes) { limit = bytes; }
ForeignMemoryLimit::~ForeignMemoryLimit() { limit = std::numeric_limits<size_t>::max(); }

}  // namespace saker::autograd::testing
