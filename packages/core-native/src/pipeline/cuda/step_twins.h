// What the host must know of the device twins: which steps have one, and which are separable
// filters.
#ifndef SAKER_PIPELINE_CUDA_STEP_TWINS_H_
#define SAKER_PIPELINE_CUDA_STEP_TWINS_H_

#include <type_traits>
#include <utility>
#include <vector>

#include "ops/core/visit_step.h"

namespace saker {

// A filter of odd tap counts along each axis with a reflected border: void SeparableWeights(const
// S&, int axis, std::vector<float>* weights), axis 0 along x; in the op's _steps.h.
template <class S, class = void>
struct IsSeparable : std::false_type {};
template <class S>
struct IsSeparable<S, std::void_t<decltype(SeparableWeights(std::declval<const S&>(), 0,
                                                            std::declval<std::vector<float>*>()))>>
    : std::true_type {};

// The declarations promise a CUDA twin (SAKER_FOR_EACH_CUDA_STEP).
inline bool HasCudaTwin(StepKind kind) {
  switch (kind) {
#define SAKER_X(Name, stem) case StepKind::k##Name:
    SAKER_FOR_EACH_CUDA_STEP(SAKER_X)
#undef SAKER_X
    return true;
    default:
      return false;
  }
}

}  // namespace saker

#endif  // SAKER_PIPELINE_CUDA_STEP_TWINS_H_
