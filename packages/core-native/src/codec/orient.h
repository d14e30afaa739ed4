// EXIF orientation of decoded pixels and rectangles.
//
// Orientation o (1..8, EXIF 2.3 tag 0x0112) says how the stored image turns into the logical
// (upright) one: 1 as is, 2 mirror x, 3 rotate 180, 4 mirror y, 5 transpose, 6 rotate 90 clockwise,
// 7 transverse, 8 rotate 90 counter-clockwise.
#ifndef SAKER_CODEC_ORIENT_H_
#define SAKER_CODEC_ORIENT_H_

#include "base/image.h"
#include "base/status.h"
#include "codec/codec.h"

namespace saker {

// The rectangle of the stored image (stored_width x stored_height) that holds the pixels of
// `logical`, a rectangle of the upright image.
Rect StoredRect(const Rect& logical, int stored_width, int stored_height, int orientation);

// Turns `image` (stored orientation) upright; origin and full size become those of the upright
// image. Pixels stay where they are for orientation 1, else they move to scratch->oriented. Errors:
// E_MEMORY.
Status OrientImage(DecodedImage* image, int orientation, DecodeScratch* scratch);

}  // namespace saker

#endif  // SAKER_CODEC_ORIENT_H_
