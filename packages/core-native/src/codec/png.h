// PNG by libspng. Internal to codec/; call Probe and Decode of codec.h.
#ifndef SAKER_CODEC_PNG_H_
#define SAKER_CODEC_PNG_H_

#include "codec/codec.h"

namespace saker {

// Reads IHDR and looks for tRNS and eXIf; pixel limits are the caller's.
Status ProbePng(Bytes bytes, ImageInfo* info);

// See Decode. Palettes are expanded, alpha is dropped (as Pillow's convert('RGB')), 16-bit samples
// become (v * 255 + 32767) / 65535, first image of an APNG. Rows below the region of a
// non-interlaced file are not inflated.
Status DecodePng(Bytes bytes, const ImageInfo& info, const DecodeRequest& request,
                 DecodeScratch* scratch, DecodedImage* out);

}  // namespace saker

#endif  // SAKER_CODEC_PNG_H_
