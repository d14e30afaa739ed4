// JPEG's step for Highway: the codec takes the time, so the copies to and from it are plain loops.
#if defined(SAKER_OPS_JPEG_JPEG_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SAKER_OPS_JPEG_JPEG_INL_H_
#undef SAKER_OPS_JPEG_JPEG_INL_H_
#else
#define SAKER_OPS_JPEG_JPEG_INL_H_
#endif

#include "hwy/highway.h"
#include "ops/core/planar_picture.h"
#include "ops/jpeg/jpeg_steps.h"

HWY_BEFORE_NAMESPACE();
namespace saker {
namespace HWY_NAMESPACE {

inline Status RunPicture(const JpegStep& step, const PlanarPicture& in, const PlanarPicture& out,
                         PictureArena* arena) {
  const size_t row_bytes = static_cast<size_t>(in.width) * 3;
  auto* pixels = arena->Get<uint8_t>(row_bytes * static_cast<size_t>(in.height));
  if (pixels == nullptr) return Status(ErrorCode::kMemory, "JPEG: no memory for its pixels");
  for (int32_t y = 0; y < in.height; ++y) {
    uint8_t* to = pixels + static_cast<size_t>(y) * row_bytes;
    for (int c = 0; c < 3; ++c) {
      const float* from = in.Line(y, c);
      for (int32_t x = 0; x < in.width; ++x) {
        to[3 * x + c] = static_cast<uint8_t>(from[x] + 0.5f);
      }
    }
  }
  SAKER_RETURN_IF_ERROR(JpegRoundTrip(step.quality, in.width, in.height, pixels));
  for (int32_t y = 0; y < in.height; ++y) {
    const uint8_t* from = pixels + static_cast<size_t>(y) * row_bytes;
    for (int c = 0; c < 3; ++c) {
      float* to = out.Line(y, c);
      for (int32_t x = 0; x < in.width; ++x) to[x] = from[3 * x + c];
    }
  }
  return OkStatus();
}

}  // namespace HWY_NAMESPACE
}  // namespace saker
HWY_AFTER_NAMESPACE();

#endif  // SAKER_OPS_JPEG_JPEG_INL_H_
