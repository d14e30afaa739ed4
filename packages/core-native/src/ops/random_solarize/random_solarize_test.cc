#include <gtest/gtest.h>

#include "testing/run_program.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

TEST(RandomSolarize, InvertsFromTheThresholdOn) {
  const Picture in = NoisePicture(33, 17);
  RandomSolarizeParams p;
  p.p = 1;
  for (const double threshold : {0.0, 1.0, 127.5, 128.0, 255.0, 256.0}) {
    p.threshold = threshold;
    for (const ExecutorKind kind : {ExecutorKind::kReference, ExecutorKind::kFused}) {
      const std::vector<float> out = RunBytes({p}, in, kind);
      for (size_t i = 0; i < out.size(); ++i) {
        const int v = in.pixels[i];
        ASSERT_EQ(out[i], v < threshold ? v : 255 - v) << threshold;
      }
    }
  }
}

}  // namespace
}  // namespace saker
