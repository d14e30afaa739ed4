#include <gtest/gtest.h>

#include <array>
#include <map>

#include "ops/permute_channels/permute_channels_steps.h"
#include "testing/run_program.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

TEST(RandomChannelPermutation, DrawsEveryOrderEquallyOften) {
  std::map<std::array<int32_t, 3>, int> orders;
  for (uint32_t id = 0; id < 6000; ++id) {
    const SamplePlan plan =
        PlanFor(BytesProgram({RandomChannelPermutationParams()}), NoisePicture(1, 1), {3, 0, id});
    ASSERT_EQ(plan.steps.size(), 1u);
    ++orders[plan.steps[0].Get<PermuteStep>().permutation];
  }
  EXPECT_EQ(orders.size(), 6u);
  // 1000 expected, standard deviation 29.
  for (const auto& [order, count] : orders) EXPECT_NEAR(count, 1000, 5 * 29);
}

}  // namespace
}  // namespace saker
