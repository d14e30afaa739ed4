#include <gtest/gtest.h>

#include <set>

#include "testing/run_program.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

RandomCropParams CropTo(int h, int w) {
  RandomCropParams p;
  p.size.push_back(h);
  p.size.push_back(w);
  return p;
}

TEST(RandomCrop, CopiesAWindowAndReachesEveryPlace) {
  Picture in{5, 4, 1, {}};
  for (int i = 0; i < 20; ++i) in.pixels.push_back(static_cast<uint8_t>(i));
  std::set<int> corners;
  PipelineProgram program = BytesProgram({CropTo(3, 3)});
  program.channels = 1;
  for (uint32_t id = 0; id < 200; ++id) {
    const std::vector<float> got =
        RunPlanOn(PlanFor(program, in, {3, 0, id}), in, ExecutorKind::kFused);
    const int corner = static_cast<int>(got[0]);
    corners.insert(corner);
    for (int i = 0; i < 9; ++i) ASSERT_EQ(got[i], corner + i / 3 * 5 + i % 3);
  }
  EXPECT_EQ(corners, (std::set<int>{0, 1, 2, 5, 6, 7}));
}

TEST(RandomCrop, PadsFirst) {
  const Picture in{2, 2, 3, std::vector<uint8_t>(12, 9)};
  RandomCropParams p = CropTo(6, 6);
  p.padding = {{2, 2, 2, 2}};
  p.fill = {100, 101, 102};
  const std::vector<float> got = RunBytes({p}, in, ExecutorKind::kFused);
  for (int y = 0; y < 6; ++y) {
    for (int x = 0; x < 6; ++x) {
      const bool inside = y >= 2 && y < 4 && x >= 2 && x < 4;
      for (int c = 0; c < 3; ++c) EXPECT_EQ(got[(y * 6 + x) * 3 + c], inside ? 9 : 100 + c);
    }
  }
}

TEST(RandomCrop, RefusesAPictureThatIsTooSmallUnlessItMayPad) {
  const Picture in = NoisePicture(5, 3);
  PipelineProgram program = BytesProgram({CropTo(4, 4)});
  ASSERT_TRUE(CompileProgram(&program).ok());
  SamplePlan plan;
  const Status status = MakePlan(program, in.info(), {}, &plan);
  EXPECT_EQ(status.code(), ErrorCode::kImageTooSmall);
  EXPECT_NE(status.detail().find("4x4"), std::string::npos);
  RandomCropParams p = CropTo(4, 4);
  p.pad_if_needed = true;
  EXPECT_EQ(RunBytes({p}, in).size(), 48u);
}

}  // namespace
}  // namespace saker
