// WebP by libwebp. Internal to codec/; call Probe and Decode of codec.h.
#ifndef SAKER_CODEC_WEBP_H_
#define SAKER_CODEC_WEBP_H_

#include "codec/codec.h"

namespace saker {

// Reads the headers and looks for an EXIF chunk; pixel limits are the caller's.
Status ProbeWebp(Bytes bytes, ImageInfo* info);

// See Decode. Alpha is dropped (as Pillow's convert('RGB')). Of an animation, the first frame on a
// black canvas. Regions are decoded with a margin, so their pixels are the bits of a full decode
// (fancy upsampling, no dithering: Pillow's choices). libwebp's own scaling is not used: its pixels
// are not those of a decode followed by a resize.
Status DecodeWebp(Bytes bytes, const ImageInfo& info, const DecodeRequest& request,
                  DecodeScratch* scratch, DecodedImage* out);

}  // namespace saker

#endif  // SAKER_CODEC_WEBP_H_
