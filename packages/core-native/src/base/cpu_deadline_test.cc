#include "base/cpu_deadline.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "base/clock.h"

namespace saker {
namespace {

TEST(CpuDeadlineTest, SleepingCostsNothingAndWorkDoes) {
  CpuDeadline deadline;
  deadline.Start(20);
  std::this_thread::sleep_for(std::chrono::milliseconds(60));
  EXPECT_FALSE(deadline.Passed());
  const int64_t give_up = NowNs() + int64_t{60} * 1000000000;
  while (!deadline.Passed()) ASSERT_LT(NowNs(), give_up);
  EXPECT_TRUE(deadline.Passed());
  deadline.Start(20000);
  EXPECT_FALSE(deadline.Passed());
}

TEST(CpuDeadlineTest, ZeroIsNoLimitAndSoIsNotStarting) {
  CpuDeadline deadline;
  EXPECT_FALSE(deadline.Passed());
  deadline.Start(0);
  const int64_t until = NowNs() + 3000000;
  while (NowNs() < until) EXPECT_FALSE(deadline.Passed());
}

}  // namespace
}  // namespace saker
