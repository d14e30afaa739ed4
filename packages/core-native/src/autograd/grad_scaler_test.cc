// The transitions that torch.cuda.amp.GradScaler documents for its defaults.
#include "autograd/grad_scaler.h"

#include <gtest/gtest.h>

#include <cmath>

namespace saker::autograd {
namespace {

TEST(GradScalerTest, DoublesAfterTwoThousandGoodStepsInARow) {
  GradScaler scaler;
  EXPECT_EQ(scaler.scale(), 65536);
  for (int i = 0; i < 1999; ++i) scaler.Update(true);
  EXPECT_EQ(scaler.scale(), 65536);
  scaler.Update(true);
  EXPECT_EQ(scaler.scale(), 131072);
  EXPECT_EQ(scaler.state().good_steps, 0);
  EXPECT_EQ(scaler.state().skipped, 0);
}

TEST(GradScalerTest, HalvesAtABadStepAndCountsAnew) {
  GradScaler scaler;
  for (int i = 0; i < 1999; ++i) scaler.Update(true);
  scaler.Update(false);
  EXPECT_EQ(scaler.scale(), 32768);
  EXPECT_EQ(scaler.state().skipped, 1);
  for (int i = 0; i < 1999; ++i) scaler.Update(true);
  EXPECT_EQ(scaler.scale(), 32768);
  scaler.Update(true);
  EXPECT_EQ(scaler.scale(), 65536);
}

TEST(GradScalerTest, IsExhaustedBelowTheLeastScale) {
  GradScaler scaler;
  for (int i = 0; i < 30; ++i) scaler.Update(false);
  EXPECT_EQ(scaler.scale(), 1.0 / 16384);
  EXPECT_FALSE(scaler.exhausted());
  scaler.Update(false);
  EXPECT_TRUE(scaler.exhausted());
}

TEST(GradScalerTest, GrowsNoFurtherThanF32Holds) {
  GradScaler scaler;
  scaler.Load({std::ldexp(1.0, 127), 1999, 3});
  scaler.Update(true);
  EXPECT_EQ(scaler.scale(), std::ldexp(1.0, 127));
  EXPECT_EQ(scaler.state().good_steps, 0);
  EXPECT_EQ(scaler.state().skipped, 3);
}

}  // namespace
}  // namespace saker::autograd
