// All ops on batches: a DrawMix for every struct of gen/batch_ops.h. A declared op without one does
// not compile.
#ifndef SAKER_BATCH_OPS_H_
#define SAKER_BATCH_OPS_H_

#include <type_traits>
#include <utility>

#include "batch/cut_mix/cut_mix.h"
#include "batch/mix_up/mix_up.h"

namespace saker {

#define SAKER_X(Name, stem)                                                               \
  static_assert(std::is_same_v<Mix, decltype(DrawMix(std::declval<const Name##Params&>(), \
                                                     std::declval<const BatchShape&>(),   \
                                                     std::declval<RandomStream*>()))>,    \
                #Name " has no DrawMix: see batch/" #stem);
SAKER_FOR_EACH_BATCH_OP(SAKER_X)
#undef SAKER_X

}  // namespace saker

#endif  // SAKER_BATCH_OPS_H_
