// Test helper: runs plans as the device does, on the host: packed into a wave, the kernels' bodies
// as loops.
#ifndef SAKER_TESTING_RUN_WAVE_H_
#define SAKER_TESTING_RUN_WAVE_H_

#include <vector>

#include "plan/plan.h"
#include "testing/run_program.h"

namespace saker {
namespace testing_support {

struct WaveSample {
  SamplePlan plan;
  const Picture* picture = nullptr;  // nullptr: an item whose output becomes zero
  size_t zero_bytes = 0;
};

// The output bytes of every sample, executed as one wave. Guards around every output are checked.
std::vector<std::vector<uint8_t>> RunWaveOnHost(const std::vector<WaveSample>& samples);

// One sample's values as floats, whatever the dtype (as RunPlanOn).
std::vector<float> RunPlanAsWave(const SamplePlan& plan, const Picture& picture);

}  // namespace testing_support
}  // namespace saker

#endif  // SAKER_TESTING_RUN_WAVE_H_
