#include "autograd/device.h"

#include <ATen/ATen.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <torch/version.h>

#include "autograd/error.h"
#include "autograd/native_threads.h"

namespace saker::autograd {
namespace {

c10::Device Parse(const std::string& name) {
  try {
    return c10::Device(name);
  } catch (const c10::Error&) {
    ThrowArgument("expected cpu, cuda or cuda:N for device, received " + name);
  }
}

c10::Device CudaDevice(c10::Device named) {
  if (!CudaBuilt()) throw EngineError("E_CUDA_NOT_BUILT", {});
  const bool usable = at::globalContext().hasCUDA() && c10::impl::hasDeviceGuardImpl(named.type());
  const int count = usable ? c10::impl::VirtualGuardImpl(named.type()).deviceCount() : 0;
  const c10::Device device(named.type(), named.has_index() ? named.index() : static_cast<c10::DeviceIndex>(0));
  if (device.index() >= count) {
    throw EngineError("E_CUDA_NO_DEVICE", {{"detail", "libtorch sees " + std::to_string(count) + " devices, " +
                                                          device.str() + " is not among them"}});
  }
  // f32 means f32, and the same step gives the same bits: --amp is the way to narrow products.
  at::globalContext().setAllowTF32CuDNN(false);
  at::globalContext().setAllowTF32CuBLAS(false);
  at::globalContext().setDeterministicCuDNN(true);
  at::globalContext().setBenchmarkCuDNN(false);
  return device;
}

}  // namespace

c10::Device ResolveDevice(const std::string& name) {
  const c10::Device device = Parse(name);
  if (device.is_cpu()) return c10::Device(c10::kCPU);
  if (device.is_cuda()) return CudaDevice(device);
  if (!c10::impl::hasDeviceGuardImpl(device.type())) {
    ThrowArgument("expected cpu, cuda or cuda:N for device, received " + name);
  }
  return c10::Device(device.type(), device.has_index() ? device.index() : static_cast<c10::DeviceIndex>(0));
}

void Synchronize(c10::Device device) {
  if (device.is_cpu()) return;
  const c10::impl::VirtualGuardImpl guard(device.type());
  guard.synchronizeStream(guard.getStream(device));
}

bool IsOutOfMemory(const c10::Error& error) {
#if TORCH_VERSION_MAJOR > 1 || TORCH_VERSION_MINOR > 12
  return dynamic_cast<const c10::OutOfMemoryError*>(&error) != nullptr;
#else
  return std::string(error.what_without_backtrace()).find("out of memory") != std::string::npos;
#endif
}

}  // namespace saker::autograd
