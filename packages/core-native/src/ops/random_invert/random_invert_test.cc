#include <gtest/gtest.h>

#include "testing/run_program.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

TEST(RandomInvert, IsExactAndItsOwnInverse) {
  const Picture in = NoisePicture(19, 7);
  RandomInvertParams p;
  p.p = 1;
  for (const ExecutorKind kind : {ExecutorKind::kReference, ExecutorKind::kFused}) {
    const std::vector<float> out = RunBytes({p}, in, kind);
    for (size_t i = 0; i < out.size(); ++i) ASSERT_EQ(out[i], 255 - in.pixels[i]);
    EXPECT_EQ(RunBytes({p, p}, in, kind), std::vector<float>(in.pixels.begin(), in.pixels.end()));
  }
}

}  // namespace
}  // namespace saker
