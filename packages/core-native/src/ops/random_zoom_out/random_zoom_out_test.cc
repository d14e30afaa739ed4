#include <gtest/gtest.h>

#include "testing/run_program.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

RandomZoomOutParams ZoomOut(double low, double high, double p, double fill = 0) {
  RandomZoomOutParams params;
  params.fill = {fill, fill, fill};
  params.side_range = {low, high};
  params.p = p;
  return params;
}

TEST(RandomZoomOut, PutsThePictureWholeOnACanvasOfTheDrawnSize) {
  const Picture picture = NoisePicture(10, 6);
  for (uint32_t id = 0; id < 50; ++id) {
    const auto plan = PlanFor(BytesProgram({ZoomOut(1, 4, 1, 9)}), picture, {4, 0, id});
    const int w = plan.width(), h = plan.height();
    ASSERT_GE(w, 10);
    ASSERT_LE(w, 40);
    ASSERT_GE(h, 6);
    ASSERT_LE(h, 24);
    // One r for both sides.
    EXPECT_NEAR(w / 10.0, h / 6.0, 1 / 6.0 + 0.1);
    const auto out = RunPlanOn(plan, picture, ExecutorKind::kFused);
    const auto at = [&](int y, int x, int c) {
      return static_cast<int>(out[(static_cast<size_t>(y) * w + x) * 3 + c]);
    };
    int found = 0;
    for (int top = 0; top + 6 <= h; ++top) {
      for (int left = 0; left + 10 <= w; ++left) {
        bool same = true;
        for (int y = 0; same && y < 6; ++y) {
          for (int x = 0; same && x < 10; ++x) same = at(top + y, left + x, 1) == picture.at(y, x, 1);
        }
        found += same ? 1 : 0;
      }
    }
    EXPECT_EQ(found, 1);
    EXPECT_EQ(static_cast<size_t>(w) * h * 3, out.size());
  }
}

TEST(RandomZoomOut, ZoomsAShareOfPOfThePictures) {
  int zoomed = 0;
  for (uint32_t id = 0; id < 4000; ++id) {
    const auto plan =
        PlanFor(BytesProgram({ZoomOut(2, 4, 0.25)}), NoisePicture(10, 6), {4, 0, id});
    zoomed += plan.width() > 10 ? 1 : 0;
  }
  EXPECT_NEAR(zoomed, 1000, 5 * 27);
}

TEST(RandomZoomOut, HasNoFixedSizeUnlessItNeverZooms) {
  PipelineProgram zooms = BytesProgram({ResizeTo(8, 8), ZoomOut(1, 2, 0.5)});
  ASSERT_TRUE(CompileProgram(&zooms).ok());
  EXPECT_FALSE(zooms.fixed_size());
  PipelineProgram never = BytesProgram({ResizeTo(8, 8), ZoomOut(1, 2, 0)});
  ASSERT_TRUE(CompileProgram(&never).ok());
  EXPECT_TRUE(never.fixed_size());
}

}  // namespace
}  // namespace saker
