// A device that is not the CPU, for tests where there is none: torch's PrivateUse1, whose memory is the host's and whose
// operators are the CPU's, but which refuses what a CUDA device refuses: a call that mixes its tensors with the CPU's, but
// for copies and for CPU tensors of no dimension. Reading its memory from the host ends the process. Linking foreign_device.cc registers it. After PyTorch's own test of open
// device registration (test/cpp_extensions/open_registration_extension.cpp).
//
// Half-precision operands, which the CPU's operators do not take, are computed in f32 and rounded, so that f16 overflows as on
// a device that has it.
#pragma once

#include <c10/core/Device.h>

#include <cstddef>

namespace saker::autograd::testing {

// The first of two.
inline constexpr char kForeign[] = "privateuseone:0";
inline constexpr char kForeignToo[] = "privateuseone:1";
inline const c10::Device kForeignDevice(c10::kPrivateUse1, 0);

// Operators that ran on the device so far.
size_t ForeignCalls();

// While it lives, the device refuses an allocation of more than `bytes` as a CUDA device without memory does.
class ForeignMemoryLimit {
 public:
  explicit ForeignMemoryLimit(size_t bytes);
  ~ForeignMemoryLimit();
  ForeignMemoryLimit(const ForeignMemoryLimit&) = delete;
  ForeignMemoryLimit& operator=(const ForeignMemoryLimit&) = delete;
};

}  // namespace saker::autograd::testing
