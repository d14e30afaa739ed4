#include "plan/axis_table.h"

#include <gtest/gtest.h>

namespace saker {
namespace {

TEST(AxisTable, AResizeOfWhichOnlyTheBorderIsSeenReadsNothing) {
  for (const Interpolation filter :
       {Interpolation::kNearest, Interpolation::kBilinear, Interpolation::kLanczos}) {
    AxisChain chain;
    chain.source_size = 5;
    ASSERT_TRUE(AppendResize(&chain, 8, filter, true));
    ASSERT_TRUE(AppendPad(&chain, 4, 0, PaddingMode::kConstant));
    ASSERT_TRUE(AppendCrop(&chain, 0, 3));
    AxisScratch scratch;  // a new one, so that no row of an earlier table is there to be read
    AxisTable table;
    BuildAxisTable(chain, 0, &scratch, &table);
    ASSERT_EQ(table.size, 3);
    for (int32_t o = 0; o < 3; ++o) {
      EXPECT_EQ(table.count[o], 0);
      EXPECT_EQ(table.inside[o], 0.0f);
    }
  }
}

}  // namespace
}  // namespace saker
