// Test helper: what a policy drew, spelt out in the ops that stand for it.
#ifndef SAKER_TESTING_POLICY_PROGRAM_H_
#define SAKER_TESTING_POLICY_PROGRAM_H_

#include <array>
#include <optional>

#include "ops/core/policy.h"

namespace saker {
namespace testing_support {

// The op with fixed parameters that does what `draw` says; null for kIdentity.
std::optional<OpParams> SingleOp(const PolicyDraw& draw, Interpolation filter,
                                 const std::array<double, 3>& fill);

}  // namespace testing_support
}  // namespace saker

#endif  // SAKER_TESTING_POLICY_PROGRAM_H_
