#include "batch/beta.h"

#include <gtest/gtest.h>

#include <cmath>

namespace saker {
namespace {

// Mean 1/2, variance 1 / (4 (2 alpha + 1)): both within five standard errors of 40,000 draws.
TEST(Beta, HasTheMomentsOfItsDistribution) {
  constexpr int kDraws = 40000;
  for (const double alpha : {0.001, 0.1, 0.2, 0.8, 1.0, 1.5, 4.0, 100.0}) {
    double sum = 0, squares = 0, fourths = 0;
    for (int i = 0; i < kDraws; ++i) {
      RandomStream random(7, 3, static_cast<uint32_t>(i), 0);
      const double x = SampleBeta(alpha, &random) - 0.5;
      ASSERT_TRUE(x >= -0.5 && x <= 0.5) << alpha;
      sum += x;
      squares += x * x;
      fourths += x * x * x * x;
    }
    const double variance = 1 / (4 * (2 * alpha + 1)), measured = squares / kDraws;
    EXPECT_NEAR(sum / kDraws, 0, 5 * std::sqrt(variance / kDraws)) << alpha;
    const double spread = std::sqrt((fourths / kDraws - measured * measured) / kDraws);
    EXPECT_NEAR(measured, variance, 5 * spread + 1e-9) << alpha;
  }
}

// Beta(1/2, 1/2) is the arcsine law: P(x < sin^2(t)) = 2 t / pi. Beta(2, 2): P(x < q) = 3q^2 - 2q^3.
TEST(Beta, HasTheDistributionFunctionWhereThatIsKnown) {
  constexpr int kDraws = 40000;
  for (const double q : {0.1, 0.3, 0.5, 0.9}) {
    int arcsine = 0, two = 0;
    for (int i = 0; i < kDraws; ++i) {
      RandomStream a(1, 0, static_cast<uint32_t>(i), 0), b(2, 0, static_cast<uint32_t>(i), 0);
      arcsine += SampleBeta(0.5, &a) < q;
      two += SampleBeta(2, &b) < q;
    }
    const double error = 5 * std::sqrt(0.25 / kDraws);
    EXPECT_NEAR(static_cast<double>(arcsine) / kDraws, 2 / M_PI * std::asin(std::sqrt(q)), error);
    EXPECT_NEAR(static_cast<double>(two) / kDraws, 3 * q * q - 2 * q * q * q, error);
  }
}

}  // namespace
}  // namespace saker
