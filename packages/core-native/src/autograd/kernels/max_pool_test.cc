// Max pooling against its definition, on every SIMD target of this processor.
#include "autograd/kernels/max_pool.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "hwy/highway.h"

namespace saker::autograd {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN(), kInfinity = std::numeric_limits<float>::infinity();

// Small whole numbers, so that there are ties, and sums of gradients are exact.
std::vector<float> Numbers(int64_t n, int64_t factor) {
  std::vector<float> v(static_cast<size_t>(n));
  for (size_t i = 0; i < v.size(); ++i) v[i] = static_cast<float>(static_cast<int64_t>(i) * factor % 7 - 3);
  return v;
}

void Check(const MaxPoolShape& s, std::vector<float> x) {
  ASSERT_TRUE(MaxPoolTakes(s));
  const int64_t results = s.n * s.oh * s.ow * s.channels;
  const std::vector<float> dy = Numbers(results, 5);
  std::vector<float> y(dy.size()), dx(x.size(), kNaN), want_dx(x.size());
  std::vector<uint8_t> winners(dy.size());
  MaxPoolForward(y.data(), winners.data(), x.data(), s);
  MaxPoolBackward(dx.data(), dy.data(), winners.data(), s);
  for (int64_t i = 0; i < results; ++i) {
    const int64_t c = i % s.channels, pixel = i / s.channels, column = pixel % s.ow, row = pixel / s.ow % s.oh,
                  picture = pixel / s.ow / s.oh;
    float best = 0;
    int64_t winner = -1;
    for (int64_t t = 0; t < s.kh * s.kw; ++t) {
      const int64_t h = row * s.stride_h - s.pad_h + t / s.kw * s.dilation_h,
                    w = column * s.stride_w - s.pad_w + t % s.kw * s.dilation_w;
      if (h < 0 || h >= s.ih || w < 0 || w >= s.iw) continue;
      const int64_t at = ((picture * s.ih + h) * s.iw + w) * s.channels + c;
      const float v = x[static_cast<size_t>(at)];
      if (winner < 0 || v > best || std::isnan(v)) best = v, winner = at;
    }
    const float got = y[static_cast<size_t>(i)];
    ASSERT_TRUE(got == best || (std::isnan(got) && std::isnan(best))) << "at " << i << ": " << got << ", not " << best;
    want_dx[static_cast<size_t>(winner)] += dy[static_cast<size_t>(i)];
  }
  ASSERT_EQ(dx, want_dx);
}

TEST(MaxPoolKernelTest, EqualsItsDefinitionForEveryShapeAndTarget) {
  const MaxPoolShape shapes[] = {
      {2, 8, 9, 64, 4, 5, 3, 3, 2, 2, 1, 1, 1, 1}, {1, 5, 5, 3, 5, 5, 3, 3, 1, 1, 1, 1, 1, 1},
      {1, 7, 6, 21, 4, 3, 2, 2, 2, 2, 0, 0, 1, 1},  // a last row by ceil_mode
      {1, 9, 9, 5, 3, 5, 3, 2, 3, 2, 0, 1, 1, 2},  {1, 4, 4, 1, 1, 1, 4, 4, 1, 1, 0, 0, 1, 1},
  };
  const int64_t all = hwy::SupportedTargets() & HWY_TARGETS;
  for (int64_t targets = all; targets != 0; targets &= targets - 1) {
    hwy::SetSupportedTargetsForTest(targets & -targets);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    for (const MaxPoolShape& s : shapes) {
      SCOPED_TRACE(testing::Message() << hwy::TargetName(targets & -targets) << " " << s.kh << "x" << s.kw << " of " << s.ih
                                      << "x" << s.iw << "x" << s.channels);
      std::vector<float> x = Numbers(s.n * s.ih * s.iw * s.channels, 3);
      Check(s, x);
      for (size_t i = 0; i < x.size(); i += 11) x[i] = kNaN;
      for (size_t i = 4; i < x.size(); i += 3) x[i] = -kInfinity;
      Check(s, x);
      if (testing::Test::HasFatalFailure()) break;
    }
  }
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

TEST(MaxPoolKernelTest, LeavesWindowsWithoutElementsAndWindowsOfMoreThanAByte) {
  EXPECT_FALSE(MaxPoolTakes({1, 2, 2, 1, 3, 1, 1, 1, 2, 2, 1, 0, 1, 1}));
  EXPECT_FALSE(MaxPoolTakes({1, 17, 17, 1, 1, 1, 17, 17, 1, 1, 0, 0, 1, 1}));
}

}  // namespace
}  // namespace saker::autograd
