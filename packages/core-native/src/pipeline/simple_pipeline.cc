#include "pipeline/simple_pipeline.h"

#include <cmath>
#include <string>
#include <type_traits>
#include <vector>

#include "gen/steps_reference.h"
#include "ops/core/planar_picture.h"
#include "ops/core/reference_picture.h"
#include "ops/core/visit_step.h"
#include "pipeline/simple_half.h"
#include "pipeline/simple_resample.h"

namespace saker {
namespace {

ReferencePicture Resampled(const SamplePlan& plan, const DecodedImage& image) {
  return SimpleResample(plan.x, plan.y, plan.fill, [&image](int y, int x) {
    const uint8_t* p = image.view.Row(y - image.origin_y) +
                       static_cast<size_t>(x - image.origin_x) * image.view.channels;
    const int last = image.view.channels - 1;
    return Rgb{static_cast<double>(p[0]), static_cast<double>(p[last / 2]),
               static_cast<double>(p[last])};
  });
}

ReferencePicture Resampled(const Resampling& r, const ReferencePicture& in) {
  return SimpleResample(r.x, r.y, r.fill,
                        [&](int y, int x) { return in.at(y - r.in_y, x - r.in_x); });
}

struct RunStep {
  const SamplePlan& plan;
  const PixelStep& step;
  ReferencePicture* picture;
  std::vector<ReferencePicture>* kept;

  template <class S>
  void operator()(const S& s) const {
    if constexpr (std::is_same_v<S, ResampleStep>) {
      *picture = Resampled(plan.resamples[static_cast<size_t>(s.index)], *picture);
    } else if constexpr (std::is_same_v<S, WarpStep>) {
      ReferenceWarp(s, step.width, step.height, picture);
    } else if constexpr (S::kPass == PassKind::kPicture) {
      ReferenceStep(s, picture, kept);
    } else {
      ReferenceStep(s, picture);
    }
  }
};

void Store(const SamplePlan& plan, const ReferencePicture& picture, void* out) {
  const size_t area = picture.pixels.size(), channels = static_cast<size_t>(plan.channels);
  for (size_t i = 0; i < area; ++i) {
    const Rgb& p = picture.pixels[i];
    const double values[3] = {channels == 1 ? Luma(p) : p.r, p.g, p.b};
    for (size_t c = 0; c < channels; ++c) {
      const size_t at = plan.layout == OutputLayout::kNchw ? c * area + i : i * channels + c;
      if (plan.dtype == OutputDtype::kU8) {
        static_cast<uint8_t*>(out)[at] =
            static_cast<uint8_t>(std::floor(Clamp255(values[c]) + 0.5));
      } else {
        const float v = static_cast<float>(values[c] * plan.scale[c] + plan.bias[c]);
        if (plan.dtype == OutputDtype::kF32) {
          static_cast<float*>(out)[at] = v;
        } else {
          const bool half = plan.dtype == OutputDtype::kF16;
          static_cast<uint16_t*>(out)[at] =
              NearestSmallFloat(v, half ? kHalfFraction : kBfloatFraction);
        }
      }
    }
  }
}

}  // namespace

Status ExecuteSimple(const SamplePlan& plan, const DecodedImage& image, const OutputView& out) {
  ReferencePicture picture = Resampled(plan, image);
  std::vector<ReferencePicture> kept(PictureArena::kKept);
  for (const PixelStep& step : plan.steps) {
    VisitStep(step, RunStep{plan, step, &picture, &kept});
    if (picture.width != step.width || picture.height != step.height)
      return Status(ErrorCode::kInternal, std::string(StepName(step)) + " made another size");
  }
  Store(plan, picture, out.data);
  return OkStatus();
}

}  // namespace saker
