// Where a model's tensors lie. The engine names no kind of device but the CPU: everything else is at::Device.
#pragma once

#include <c10/core/Device.h>
#include <c10/util/Exception.h>

#include <string>

namespace saker::autograd {

// The device of that name, torch's: "cpu", "cuda" (the first one), "cuda:1". E_CUDA_NOT_BUILT when the libtorch at hand has
// no CUDA, E_CUDA_NO_DEVICE when it has and no such device answers, E_ENGINE_ARGUMENT for another name.
c10::Device ResolveDevice(const std::string& name);

// Waits until all that the calling thread has begun on `device` is done. At once on the CPU.
void Synchronize(c10::Device device);

// Whether `error` says that the device has no memory left.
bool IsOutOfMemory(const c10::Error& error);

}  // namespace saker::autograd
