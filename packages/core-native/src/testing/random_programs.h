// Test helper: programs drawn at random from all declared ops.
#ifndef SAKER_TESTING_RANDOM_PROGRAMS_H_
#define SAKER_TESTING_RANDOM_PROGRAMS_H_

#include <random>

#include "plan/program.h"

namespace saker {
namespace testing_support {

// A list of 1 to `most_ops` ops, each with every parameter drawn inside its declared range, and an
// output of any dtype, layout and channels. Always compiles; sides of the output stay below 400.
PipelineProgram RandomProgramOfAllOps(int most_ops, std::mt19937* random);

}  // namespace testing_support
}  // namespace saker

#endif  // SAKER_TESTING_RANDOM_PROGRAMS_H_
