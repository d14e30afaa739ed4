// JPEG, by our own decoder where it takes the file (jpeg_fast/) and else by the libjpeg API of
// libjpeg-turbo, whose verdict on a file is the one that counts. Internal to codec/; call Probe and
// Decode of codec.h.
#ifndef SAKER_CODEC_JPEG_H_
#define SAKER_CODEC_JPEG_H_

#include "codec/codec.h"

namespace saker {

// Walks the markers up to the first scan; no libjpeg state is needed. Pixel limits are the
// caller's.
Status ProbeJpeg(Bytes bytes, ImageInfo* info);

// See Decode. Inverse DCT is the accurate integer one ("islow") and chroma upsampling is the smooth
// ("fancy") one: Pillow's choices, so full-scale pixels are Pillow's bits. CMYK and YCCK become RGB
// by Pillow's formula; colour profiles are not applied.
Status DecodeJpeg(Bytes bytes, const ImageInfo& info, const DecodeRequest& request,
                  DecodeScratch* scratch, DecodedImage* out);

// Whether an end marker follows the start of the scan; a file cut within its scan data has none.
// Searching backwards ends at once in a whole file, and bytes after the end marker do no harm.
bool HasEndMarker(const uint8_t* scan, const uint8_t* end);

}  // namespace saker

#endif  // SAKER_CODEC_JPEG_H_
