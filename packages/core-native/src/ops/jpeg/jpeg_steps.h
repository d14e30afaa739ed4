// To JPEG and back. Formula: jpeg.h.
#ifndef SAKER_OPS_JPEG_JPEG_STEPS_H_
#define SAKER_OPS_JPEG_JPEG_STEPS_H_

#include <cstdint>

#include "base/status.h"
#include "ops/core/pixel_step.h"

namespace saker {

struct JpegStep {
  static constexpr StepKind kKind = StepKind::kJpeg;
  static constexpr const char* kName = "jpeg";
  static constexpr PassKind kPass = PassKind::kPicture;

  int32_t quality = 75;

  template <class V>
  void VisitFields(V&& visit) const {
    visit("quality", quality);
  }
};

// `pixels`, packed RGB of width x height, encoded with `quality` and decoded again in place.
// Allocates what libjpeg needs for one picture. Errors: E_MEMORY, E_INTERNAL.
Status JpegRoundTrip(int32_t quality, int32_t width, int32_t height, uint8_t* pixels);

}  // namespace saker

#endif  // SAKER_OPS_JPEG_JPEG_STEPS_H_
