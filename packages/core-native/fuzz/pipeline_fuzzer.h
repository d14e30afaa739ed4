#ifndef SAKER_FUZZ_PIPELINE_FUZZER_H_
#define SAKER_FUZZ_PIPELINE_FUZZER_H_

#include <cstddef>

namespace saker {
namespace fuzz {

// The first bytes of an input draw the pipeline and the sample's key; the file follows.
inline constexpr size_t kPipelineHead = 96;

}  // namespace fuzz
}  // namespace saker

#endif  // SAKER_FUZZ_PIPELINE_FUZZER_H_
