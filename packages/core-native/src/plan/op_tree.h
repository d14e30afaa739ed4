// OpTree: walks the ops of a program, which stand in one list in pre-order (ops/core/op_list.h).
#ifndef SAKER_PLAN_OP_TREE_H_
#define SAKER_PLAN_OP_TREE_H_

#include <cstdint>
#include <vector>

#include "base/status.h"
#include "gen/op_params.h"
#include "ops/core/nested_ops.h"
#include "plan/plan.h"

namespace saker {

// Fills in the places of every OpList. E_PIPELINE_UNSUPPORTED when a list is empty or asks for
// more ops than there are.
Status LinkOps(std::vector<OpParams>* ops);

class OpTree : public NestedOps {
 public:
  // Keeps `ops`, which LinkOps has seen.
  explicit OpTree(const std::vector<OpParams>& ops, const SampleKey& key = {})
      : ops_(ops), key_(key) {}

  // The position behind op `index` and all it holds.
  int32_t End(int32_t index) const;

  // The ops of the pipeline itself, in order; each with all it holds.
  Status PlanAll(PlanBuilder* plan) const;
  Status CheckAll(ProgramWalk* walk) const;

  Status Plan(const OpList& list, int32_t k, PlanBuilder* plan) const override;
  Status Check(const OpList& list, int32_t k, ProgramWalk* walk) const override;

 private:
  Status PlanAt(int32_t index, PlanBuilder* plan) const;
  Status CheckAt(int32_t index, ProgramWalk* walk) const;
  int32_t Position(const OpList& list, int32_t k) const;

  const std::vector<OpParams>& ops_;
  SampleKey key_;
};

}  // namespace saker

#endif  // SAKER_PLAN_OP_TREE_H_
