#include "plan/op_tree.h"

#include <type_traits>
#include <variant>

#include "gen/ops.h"

namespace saker {
namespace {

// Calls f(OpList&) for the list of `op`, if it has one.
template <class Op, class F>
void VisitList(Op& op, F&& f) {
  std::visit(
      [&f](auto& params) {
        params.VisitFields([&f](const char*, auto& member) {
          if constexpr (std::is_same_v<std::remove_const_t<std::remove_reference_t<decltype(member)>>,
                                       OpList>) {
            f(member);
          }
        });
      },
      op);
}

// Links op `*at` and moves `*at` behind it. False when the ops end too early.
bool Link(std::vector<OpParams>* ops, int32_t* at) {
  if (*at >= static_cast<int32_t>(ops->size())) return false;
  OpParams& op = (*ops)[static_cast<size_t>((*at)++)];
  bool ok = true;
  VisitList(op, [&](OpList& list) {
    if (list.count < 1) ok = false;
    list.first = *at;
    for (int32_t k = 0; ok && k < list.count; ++k) ok = Link(ops, at);
    list.end = *at;
  });
  return ok;
}

}  // namespace

Status LinkOps(std::vector<OpParams>* ops) {
  for (int32_t at = 0; at < static_cast<int32_t>(ops->size());) {
    if (!Link(ops, &at)) {
      return Status(ErrorCode::kPipelineUnsupported, "a list of ops that is empty or ends too early");
    }
  }
  return OkStatus();
}

int32_t OpTree::End(int32_t index) const {
  int32_t end = index + 1;
  VisitList(ops_[static_cast<size_t>(index)], [&end](const OpList& list) { end = list.end; });
  return end;
}

int32_t OpTree::Position(const OpList& list, int32_t k) const {
  SAKER_CHECK(k >= 0 && k < list.count);
  int32_t index = list.first;
  while (k-- > 0) index = End(index);
  return index;
}

Status OpTree::PlanAt(int32_t index, PlanBuilder* plan) const {
  RandomStream random(key_.seed, key_.epoch, key_.sample_id, static_cast<uint32_t>(index));
  SAKER_RETURN_IF_ERROR(
      std::visit([&](const auto& params) { return PlanOp(params, &random, plan); },
                 ops_[static_cast<size_t>(index)]));
  return plan->status;
}

Status OpTree::CheckAt(int32_t index, ProgramWalk* walk) const {
  return std::visit([walk](const auto& params) { return CheckOp(params, walk); },
                    ops_[static_cast<size_t>(index)]);
}

Status OpTree::PlanAll(PlanBuilder* plan) const {
  plan->nested = this;
  for (int32_t i = 0; i < static_cast<int32_t>(ops_.size()); i = End(i))
    SAKER_RETURN_IF_ERROR(PlanAt(i, plan));
  return OkStatus();
}

Status OpTree::CheckAll(ProgramWalk* walk) const {
  walk->nested = this;
  for (int32_t i = 0; i < static_cast<int32_t>(ops_.size()); i = End(i))
    SAKER_RETURN_IF_ERROR(CheckAt(i, walk));
  return OkStatus();
}

Status OpTree::Plan(const OpList& list, int32_t k, PlanBuilder* plan) const {
  return PlanAt(Position(list, k), plan);
}

Status OpTree::Check(const OpList& list, int32_t k, ProgramWalk* walk) const {
  SAKER_RETURN_IF_ERROR(CheckAt(Position(list, k), walk));
  if (!walk->normalized) return OkStatus();
  return Status(ErrorCode::kPipelineUnsupported, "Normalize inside another op");
}

}  // namespace saker
