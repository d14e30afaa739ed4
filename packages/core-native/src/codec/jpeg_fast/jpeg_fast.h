// Saker's own decoder for the usual JPEG: sequential, Huffman, 8 bits, grey or YCbCr in the usual
// samplings. Internal to codec/; DecodeJpeg of jpeg.h asks it first.
#ifndef SAKER_CODEC_JPEG_FAST_JPEG_FAST_H_
#define SAKER_CODEC_JPEG_FAST_JPEG_FAST_H_

#include <memory>

#include "codec/codec.h"

namespace saker {

// Per-thread memory: tables, the window of bytes, some rows of samples.
class JpegFastScratch {
 public:
  JpegFastScratch();
  ~JpegFastScratch();
  JpegFastScratch(const JpegFastScratch&) = delete;
  JpegFastScratch& operator=(const JpegFastScratch&) = delete;

  struct Impl;
  Impl* impl() { return impl_.get(); }

 private:
  std::unique_ptr<Impl> impl_;
};

// Decodes `request` as Decode does, into `pixels`, with libjpeg-turbo's bits ("islow" inverse DCT,
// "fancy" upsampling). Returns false, with `*out` untouched, for everything it does not take: other
// kinds of JPEG, scaled decodes, and any file in which anything is irregular up to the last row
// that libjpeg-turbo would read for this region. It judges nothing: the caller then asks
// libjpeg-turbo.
bool DecodeJpegFast(Bytes bytes, const ImageInfo& info, const DecodeRequest& request,
                    JpegFastScratch* scratch, AlignedBuffer* pixels, DecodedImage* out);

}  // namespace saker

#endif  // SAKER_CODEC_JPEG_FAST_JPEG_FAST_H_
