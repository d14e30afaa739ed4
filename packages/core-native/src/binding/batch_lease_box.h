// LeaseBox: the lease of a batch as JavaScript holds it, and its export as DLPack.
#ifndef SAKER_BINDING_BATCH_LEASE_BOX_H_
#define SAKER_BINDING_BATCH_LEASE_BOX_H_

#include <napi.h>

#include <memory>

#include "base/dlpack.h"
#include "loader/batch_ring.h"
#include "plan/program.h"

namespace saker {

// Held by the batch's External and by its ArrayBuffer, whichever lives longer. `lease` is dropped
// by release(); `ring` keeps the memory mapped for as long as JavaScript can see it.
struct LeaseBox {
  std::shared_ptr<BatchLease> lease;
  std::shared_ptr<BatchRing> ring;
  std::shared_ptr<const PipelineProgram> program;
};
using SharedLeaseBox = std::shared_ptr<LeaseBox>;

// An External that holds a reference to the box.
Napi::Value WrapLease(Napi::Env env, const SharedLeaseBox& box);
SharedLeaseBox UnwrapLease(const Napi::Value& external);

// An ArrayBuffer over the slot's first `size` bytes, no copy. Empty, with an exception pending
// where external memory is forbidden, when it can't be made.
Napi::ArrayBuffer LeaseBuffer(Napi::Env env, const SharedLeaseBox& box, size_t size);

// See BatchToDlpackCall. The box's lease must not have been released.
Napi::Value LeaseToDlpack(Napi::Env env, const LeaseBox& box);

// A DLPack capsule over `count` outputs of `program` at `data`, which `owner` keeps alive.
Napi::Value TensorToDlpack(Napi::Env env, const PipelineProgram& program, void* data,
                           DLDevice device, int64_t count, std::shared_ptr<const void> owner);

}  // namespace saker

#endif  // SAKER_BINDING_BATCH_LEASE_BOX_H_
