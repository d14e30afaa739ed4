#include <gtest/gtest.h>

#include "testing/run_program.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

TEST(PermuteChannels, TakesEachChannelFromWhereItIsTold) {
  const Picture in = NoisePicture(19, 7);
  const int orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
  for (const auto& order : orders) {
    PermuteChannelsParams p;
    p.permutation = {order[0], order[1], order[2]};
    for (const ExecutorKind kind : {ExecutorKind::kReference, ExecutorKind::kFused}) {
      const std::vector<float> out = RunBytes({p}, in, kind);
      for (size_t i = 0; i < out.size(); ++i)
        ASSERT_EQ(out[i], in.pixels[i / 3 * 3 + static_cast<size_t>(order[i % 3])]);
    }
  }
}

}  // namespace
}  // namespace saker
