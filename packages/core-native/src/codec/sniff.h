// Tells file formats apart by their first bytes; names and extensions are never looked at.
#ifndef SAKER_CODEC_SNIFF_H_
#define SAKER_CODEC_SNIFF_H_

#include "base/span.h"

namespace saker {

bool LooksLikeJpeg(Bytes bytes);
bool LooksLikePng(Bytes bytes);
bool LooksLikeWebp(Bytes bytes);
// Binary PGM or PPM; the ASCII kinds and bitmaps are not decoded.
bool LooksLikePnm(Bytes bytes);

// A name for what `bytes` look like ("GIF", "WebP", "a text file", ...), for messages. Never null.
const char* DescribeContent(Bytes bytes);

}  // namespace saker

#endif  // SAKER_CODEC_SNIFF_H_
