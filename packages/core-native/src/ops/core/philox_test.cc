#include "ops/core/philox.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace saker {
namespace {

// Known answers of the Random123 distribution (kat_vectors, philox4x32 10).
TEST(Philox, GivesThePublishedKnownAnswers) {
  EXPECT_EQ(Philox4x32({0, 0, 0, 0}, 0, 0),
            (PhiloxBlock{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(Philox4x32({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, 0xffffffff, 0xffffffff),
            (PhiloxBlock{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(Philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, 0xa4093822, 0x299f31d0),
            (PhiloxBlock{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(RandomStream, DependsOnEveryPartOfItsKey) {
  std::set<uint32_t> firsts;
  for (const RandomStream& s : {RandomStream(1, 2, 3, 4), RandomStream(5, 2, 3, 4),
                                RandomStream(1, 5, 3, 4), RandomStream(1, 2, 5, 4),
                                RandomStream(1, 2, 3, 5), RandomStream(1 | 1ull << 32, 2, 3, 4)}) {
    firsts.insert(RandomStream(s).NextWord());
  }
  EXPECT_EQ(firsts.size(), 6u);
  RandomStream a(1, 2, 3, 4), b(1, 2, 3, 4);
  for (int i = 0; i < 9; ++i) EXPECT_EQ(a.NextWord(), b.NextWord());
}

TEST(RandomStream, DrawsIntegersEvenly) {
  RandomStream random(9, 0, 0, 0);
  int counts[6] = {};
  for (int i = 0; i < 60000; ++i) ++counts[random.Below(6)];
  // 10000 expected, standard deviation 91.
  for (const int c : counts) EXPECT_NEAR(c, 10000, 5 * 91);
  EXPECT_EQ(random.Below(1), 0u);
}

TEST(RandomStream, KeepsUniformsInsideTheirRange) {
  RandomStream random(3, 1, 4, 1);
  double sum = 0;
  for (int i = 0; i < 10000; ++i) {
    const double u = random.Uniform(-2, 4);
    ASSERT_GE(u, -2);
    ASSERT_LT(u, 4);
    sum += u;
  }
  EXPECT_NEAR(sum / 10000, 1.0, 5 * 6 / std::sqrt(12.0 * 10000));
}

}  // namespace
}  // namespace saker
