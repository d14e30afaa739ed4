// Binary Netpbm: PGM (P5) and PPM (P6). Internal to codec/; call Probe and Decode of codec.h.
//
// Beside being a format of its own, PPM is how pixels that were decoded elsewhere (lib/foreign)
// enter a pipeline: a header line and raw RGB rows, lossless and without work.
#ifndef SAKER_CODEC_PNM_H_
#define SAKER_CODEC_PNM_H_

#include "codec/codec.h"

namespace saker {

// Reads the header; pixel limits are the caller's.
Status ProbePnm(Bytes bytes, ImageInfo* info);

// See Decode. Samples are scaled from 0..maxval to 0..255, rounded to nearest. First picture of a
// file that holds several.
Status DecodePnm(Bytes bytes, const ImageInfo& info, const DecodeRequest& request,
                 DecodeScratch* scratch, DecodedImage* out);

}  // namespace saker

#endif  // SAKER_CODEC_PNM_H_
