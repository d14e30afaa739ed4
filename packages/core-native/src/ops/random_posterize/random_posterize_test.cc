#include <gtest/gtest.h>

#include "testing/run_program.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

RandomPosterizeParams Bits(int bits) {
  RandomPosterizeParams p;
  p.bits = bits;
  p.p = 1;
  return p;
}

TEST(RandomPosterize, KeepsTheHighestBits) {
  const Picture in = NoisePicture(33, 17);
  for (int bits = 0; bits <= 8; ++bits) {
    for (const ExecutorKind kind : {ExecutorKind::kReference, ExecutorKind::kFused}) {
      const std::vector<float> out = RunBytes({Bits(bits)}, in, kind);
      for (size_t i = 0; i < out.size(); ++i)
        ASSERT_EQ(out[i], in.pixels[i] & (0xff00 >> bits)) << bits;
    }
  }
}

// Halving 127 and 128 gives 127.5, which the store would round to 128: so does the op, before it
// drops bits.
TEST(RandomPosterize, RoundsToTheLevelThatWouldBeStored) {
  const Picture in{2, 1, 1, {127, 128}};
  for (const ExecutorKind kind : {ExecutorKind::kReference, ExecutorKind::kFused}) {
    EXPECT_EQ(RunBytes({ResizeTo(1, 1), Bits(1)}, in, kind), std::vector<float>(3, 128));
  }
}

}  // namespace
}  // namespace saker
