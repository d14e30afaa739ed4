// OpList: the ops that an op holds. A program keeps all its ops in one list in pre-order (an op,
// then the ops it holds, then its successor), so a list is a stretch of it.
#ifndef SAKER_OPS_CORE_OP_LIST_H_
#define SAKER_OPS_CORE_OP_LIST_H_

#include <cstdint>

namespace saker {

struct OpList {
  int32_t count = 0;  // ops of the list itself, not of the lists inside them

  // Positions in the program, set by CompileProgram: of the first op, and behind the last one with
  // all it holds.
  int32_t first = 0;
  int32_t end = 0;
};

}  // namespace saker

#endif  // SAKER_OPS_CORE_OP_LIST_H_
