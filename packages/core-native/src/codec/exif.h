// The one EXIF field that changes pixels: Orientation (EXIF 2.3, tag 0x0112).
#ifndef SAKER_CODEC_EXIF_H_
#define SAKER_CODEC_EXIF_H_

#include "base/span.h"

namespace saker {

// Orientation 1..8 from a TIFF block (the bytes after "Exif\0\0" in a JPEG APP1, or a PNG eXIf
// chunk). Anything malformed or out of range counts as 1: bad metadata never costs a picture.
int ExifOrientation(Bytes tiff);

}  // namespace saker

#endif  // SAKER_CODEC_EXIF_H_
