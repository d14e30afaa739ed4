#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <vector>

#include "batch/mix_executor.h"
#include "batch/mix_plan.h"
#include "batch/ops.h"

namespace saker {
namespace {

MixUpParams MixUp(MixMode mode, double p = 1) {
  MixUpParams params;
  params.alpha = 0.8;
  params.p = p;
  params.mode = mode;
  return params;
}

CutMixParams CutMix(MixMode mode, bool correct = true) {
  CutMixParams params;
  params.alpha = 1;
  params.p = 1;
  params.mode = mode;
  params.correct_lam = correct;
  return params;
}

BatchStep Either(MixMode mode, double cut_weight) {
  return {{MixUp(mode), CutMix(mode)}, {1 - cut_weight, cut_weight}};
}

std::vector<Mix> Plan(const BatchStep& step, const BatchShape& shape, uint32_t batch = 0,
                      std::vector<uint8_t> usable = {}) {
  usable.resize(static_cast<size_t>(shape.count), 1);
  std::vector<Mix> mixes;
  PlanMixes(step, 0, {5, 2, batch}, shape, usable.data(), &mixes);
  return mixes;
}

bool SameDraw(const Mix& a, const Mix& b) {
  return a.keep == b.keep && a.cut == b.cut && a.box == b.box;
}

std::vector<float> Pixels(const BatchShape& shape) {
  RandomStream random(99, 0, static_cast<uint32_t>(shape.count), 0);
  std::vector<float> pixels(shape.item_floats() * static_cast<size_t>(shape.count));
  for (float& v : pixels) v = static_cast<float>(random.Uniform(-2.5, 2.5));
  return pixels;
}

TEST(PlanMixes, SharesTheDrawOverTheBatchThePairOrNothing) {
  const BatchShape shape{9, 3, 12, 10, OutputLayout::kNchw};
  const auto batch = Plan({{CutMix(MixMode::kBatch)}, {1}}, shape);
  const auto pair = Plan({{CutMix(MixMode::kPair)}, {1}}, shape);
  const auto element = Plan({{CutMix(MixMode::kElement)}, {1}}, shape);
  EXPECT_EQ(batch[4].partner, -1) << "the middle one has no partner but itself";
  for (int i = 0; i < 9; ++i) {
    if (i == 4) continue;
    EXPECT_EQ(batch[i].partner, 8 - i);
    EXPECT_TRUE(SameDraw(batch[i], batch[0]));
    EXPECT_TRUE(SameDraw(pair[i], pair[8 - i]));
  }
  EXPECT_FALSE(SameDraw(pair[0], pair[1]));
  EXPECT_FALSE(SameDraw(element[0], element[8]));
}

TEST(PlanMixes, DependsOnSeedEpochBatchStepAndPositionOnly) {
  const BatchShape shape{8, 3, 12, 10, OutputLayout::kNchw};
  const BatchStep step{{MixUp(MixMode::kElement)}, {1}};
  const auto plain = Plan(step, shape);
  const auto failed = Plan(step, shape, 0, {1, 1, 0, 1, 1, 1, 1, 1});
  EXPECT_EQ(failed[2].partner, -1);
  EXPECT_EQ(failed[5].partner, -1) << "a failed picture is never mixed in";
  for (int i : {0, 1, 3, 4, 6, 7}) EXPECT_TRUE(SameDraw(failed[i], plain[i]));
  EXPECT_FALSE(SameDraw(Plan(step, shape, 1)[0], plain[0]));
  std::vector<Mix> second;
  const std::vector<uint8_t> usable(8, 1);
  PlanMixes(step, 1, {5, 2, 0}, shape, usable.data(), &second);
  EXPECT_FALSE(SameDraw(second[0], plain[0]));
}

TEST(PlanMixes, MixesWithItsProbabilityAndChoosesByWeight) {
  const BatchShape shape{2, 1, 8, 8, OutputLayout::kNchw};
  constexpr int kBatches = 4000;
  int mixed = 0, cut = 0;
  for (uint32_t b = 0; b < kBatches; ++b) {
    mixed += Plan({{MixUp(MixMode::kBatch, 0.3)}, {1}}, shape, b)[0].partner >= 0;
    cut += Plan(Either(MixMode::kBatch, 0.25), shape, b)[0].cut;
  }
  EXPECT_NEAR(mixed, 0.3 * kBatches, 5 * std::sqrt(kBatches * 0.21));
  EXPECT_NEAR(cut, 0.25 * kBatches, 5 * std::sqrt(kBatches * 0.1875));
  EXPECT_TRUE(Plan({{MixUp(MixMode::kPair), CutMix(MixMode::kPair)}, {0, 2}}, shape)[0].cut);
  EXPECT_FALSE(Plan({{MixUp(MixMode::kPair), CutMix(MixMode::kPair)}, {2, 0}}, shape)[0].cut);
}

TEST(CutMixOp, LeavesTheShareOfTheAreaThatItsLambdaSays) {
  const BatchShape shape{2, 3, 30, 50, OutputLayout::kNchw};
  for (uint32_t b = 0; b < 300; ++b) {
    RandomStream one(1, 0, b, 0), two(1, 0, b, 0);
    const Mix mix = DrawMix(CutMix(MixMode::kBatch), shape, &one);
    const Mix drawn = DrawMix(CutMix(MixMode::kBatch, false), shape, &two);
    const Rect& box = mix.box;
    ASSERT_TRUE(box.x >= 0 && box.y >= 0 && box.width >= 0 && box.height >= 0);
    ASSERT_TRUE(box.x + box.width <= 50 && box.y + box.height <= 30);
    EXPECT_FLOAT_EQ(mix.keep, 1 - box.width * box.height / 1500.0f);
    EXPECT_EQ(drawn.box, box);
    // The uncut box has floor(side / 2) * 2 pixels a side, so never more than lambda gives away.
    EXPECT_LE(box.width * box.height, (1 - drawn.keep) * 1500 + 1e-3);
  }
}

// The rounding of keep and of three f32 operations: 2^-22 of the values' sum.
TEST(MixPixels, EqualsTheReferenceOnRandomPlans) {
  int blended = 0, copied = 0;
  for (uint32_t trial = 0; trial < 60; ++trial) {
    RandomStream random(trial, 0, 0, 77);
    BatchShape shape;
    shape.count = 1 + static_cast<int32_t>(random.Below(7));
    shape.channels = random.Below(2) ? 3 : 1;
    shape.height = 1 + static_cast<int32_t>(random.Below(20));
    shape.width = 1 + static_cast<int32_t>(random.Below(20));
    shape.layout = random.Below(2) ? OutputLayout::kNchw : OutputLayout::kNhwc;
    const MixMode mode = static_cast<MixMode>(random.Below(3));
    const auto mixes = Plan(Either(mode, 0.5), shape, trial);
    const std::vector<float> before = Pixels(shape);
    std::vector<float> fast = before, reference = before, rows;
    MixPixels(mixes, shape, fast.data(), &rows);
    MixPixelsSimple(mixes, shape, reference.data());
    const size_t item = shape.item_floats();
    for (size_t k = 0; k < fast.size(); ++k) {
      const Mix& mix = mixes[k / item];
      if (mix.partner < 0 || mix.cut) {
        ASSERT_EQ(std::memcmp(&fast[k], &reference[k], sizeof(float)), 0) << trial;
        copied += fast[k] != before[k];
        continue;
      }
      const float other = before[static_cast<size_t>(mix.partner) * item + k % item];
      const float bound = (std::fabs(before[k]) + std::fabs(other)) * 0x1p-22f;
      ASSERT_NEAR(fast[k], reference[k], bound) << trial;
      blended += fast[k] != before[k];
    }
  }
  EXPECT_GT(blended, 1000);
  EXPECT_GT(copied, 1000);
}

TEST(MixTargets, BlendsAsThePixelsAndKeepsTheSum) {
  std::vector<Mix> mixes(4);
  mixes[0].partner = 3;
  mixes[0].keep = 0.75f;
  mixes[3].partner = 0;
  mixes[3].keep = 0.125f;
  std::vector<float> targets(4 * 3);
  for (size_t i : {0, 1, 2}) targets[i * 3 + i] = 1;
  targets[3 * 3 + 1] = 1;
  MixTargets(mixes, 3, targets.data());
  const std::vector<float> expected = {0.75f, 0.25f, 0, 0, 1, 0, 0, 0, 1, 0.875f, 0.125f, 0};
  EXPECT_EQ(targets, expected);
}

}  // namespace
}  // namespace saker
