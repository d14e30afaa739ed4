// NestedOps: how an op reaches the ops it holds, without knowing the program.
#ifndef SAKER_OPS_CORE_NESTED_OPS_H_
#define SAKER_OPS_CORE_NESTED_OPS_H_

#include <cstdint>

#include "base/status.h"
#include "ops/core/op_list.h"

namespace saker {

struct PlanBuilder;
struct ProgramWalk;

// Implemented over a program by plan/op_tree.h.
class NestedOps {
 public:
  virtual ~NestedOps() = default;

  // PlanOp of op `k` of `list`, with a random stream keyed by its own place in the pre-order: its
  // draws do not depend on whether, when or after what it is applied.
  virtual Status Plan(const OpList& list, int32_t k, PlanBuilder* plan) const = 0;

  // CheckOp of op `k` of `list`.
  virtual Status Check(const OpList& list, int32_t k, ProgramWalk* walk) const = 0;
};

}  // namespace saker

#endif  // SAKER_OPS_CORE_NESTED_OPS_H_
