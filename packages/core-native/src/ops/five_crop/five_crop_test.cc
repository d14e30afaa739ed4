#include <gtest/gtest.h>

#include "testing/run_program.h"

namespace saker {
namespace {

using testing_support::BytesProgram;
using testing_support::NoisePicture;
using testing_support::Picture;
using testing_support::PlanFor;
using testing_support::RunPlanOn;

// View `view` of `op` on the picture must be the h x w box at (top, left), mirrored as asked.
template <class Op>
void ExpectBox(const Op& op, const Picture& picture, int32_t view, int top, int left, bool mirror_x,
               bool mirror_y) {
  const SamplePlan plan = PlanFor(BytesProgram({op}), picture, {}, view);
  const int h = op.size[0], w = op.size[1];
  for (const ExecutorKind kind : {ExecutorKind::kFused, ExecutorKind::kReference}) {
    const std::vector<float> out = RunPlanOn(plan, picture, kind);
    for (int y = 0; y < h; ++y) {
      for (int x = 0; x < w; ++x) {
        const int from_y = mirror_y ? picture.height - 1 - (top + y) : top + y;
        const int from_x = mirror_x ? picture.width - 1 - (left + x) : left + x;
        ASSERT_EQ(out[static_cast<size_t>((y * w + x) * 3)], picture.at(from_y, from_x, 0))
            << "view " << view;
      }
    }
  }
}

// torchvision's order: top left, top right, bottom left, bottom right, centre (7 / 2 to even: 4).
constexpr int kTops[5] = {0, 0, 7, 7, 4};
constexpr int kLefts[5] = {0, 12, 0, 12, 6};

TEST(FiveCrop, HasTheCornersAndTheCentreInTorchvisionsOrder) {
  const Picture picture = NoisePicture(20, 12);
  FiveCropParams five;
  five.size.push_back(5);
  five.size.push_back(8);
  for (int32_t v = 0; v < 5; ++v) ExpectBox(five, picture, v, kTops[v], kLefts[v], false, false);
}

TEST(TenCrop, GoesOnWithTheFiveCropsOfTheMirrorImage) {
  const Picture picture = NoisePicture(20, 12);
  TenCropParams ten;
  ten.size.push_back(5);
  ten.size.push_back(8);
  for (const bool vertical : {false, true}) {
    ten.vertical_flip = vertical;
    for (int32_t v = 0; v < 10; ++v) {
      const bool mirrored = v >= 5;
      ExpectBox(ten, picture, v, kTops[v % 5], kLefts[v % 5], mirrored && !vertical,
                mirrored && vertical);
    }
  }
}

TEST(FiveCrop, FitsExactlyAndRefusesASmallerPicture) {
  FiveCropParams five;
  five.size.push_back(12);
  five.size.push_back(20);
  ExpectBox(five, NoisePicture(20, 12), 3, 0, 0, false, false);
  PipelineProgram program = BytesProgram({five});
  ASSERT_TRUE(CompileProgram(&program).ok());
  EXPECT_EQ(program.views, 5);
  SamplePlan plan;
  for (const Picture& small : {NoisePicture(19, 12), NoisePicture(20, 11)}) {
    EXPECT_EQ(MakePlan(program, small.info(), {}, &plan, 1).code(), ErrorCode::kImageTooSmall);
  }
}

TEST(FiveCrop, RefusesViewsOfViews) {
  PipelineProgram program = BytesProgram({HorizontalFlipViewsParams(), HorizontalFlipViewsParams()});
  EXPECT_EQ(CompileProgram(&program).code(), ErrorCode::kPipelineUnsupported);
}

}  // namespace
}  // namespace saker
