#include <gtest/gtest.h>

#include "testing/run_program.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

TEST(RandomGrayscale, GivesWhatGrayscaleGives) {
  const Picture in = NoisePicture(19, 7);
  RandomGrayscaleParams p;
  p.p = 1;
  GrayscaleParams always;
  always.num_output_channels = 3;
  for (const ExecutorKind kind : {ExecutorKind::kReference, ExecutorKind::kFused}) {
    EXPECT_EQ(RunBytes({p}, in, kind), RunBytes({always}, in, kind));
  }
}

}  // namespace
}  // namespace saker
