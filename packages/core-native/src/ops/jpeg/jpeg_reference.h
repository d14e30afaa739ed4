// JPEG's step for the reference executor: the same codec, which is the op's definition.
#ifndef SAKER_OPS_JPEG_JPEG_REFERENCE_H_
#define SAKER_OPS_JPEG_JPEG_REFERENCE_H_

#include <cstdint>
#include <vector>

#include "ops/core/reference_picture.h"
#include "ops/jpeg/jpeg_steps.h"

namespace saker {

inline void ReferenceStep(const JpegStep& step, ReferencePicture* picture,
                          std::vector<ReferencePicture>*) {
  std::vector<uint8_t> pixels;
  for (const Rgb& p : picture->pixels) {
    for (const double v : {p.r, p.g, p.b}) pixels.push_back(static_cast<uint8_t>(Level(v)));
  }
  const Status status = JpegRoundTrip(step.quality, picture->width, picture->height, pixels.data());
  SAKER_CHECK(status.ok());
  size_t i = 0;
  for (Rgb& p : picture->pixels) {
    p = {1.0 * pixels[i], 1.0 * pixels[i + 1], 1.0 * pixels[i + 2]};
    i += 3;
  }
}

}  // namespace saker

#endif  // SAKER_OPS_JPEG_JPEG_REFERENCE_H_
