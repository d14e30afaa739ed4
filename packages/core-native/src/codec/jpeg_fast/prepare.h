// From a header and a request to a Job.
#ifndef SAKER_CODEC_JPEG_FAST_PREPARE_H_
#define SAKER_CODEC_JPEG_FAST_PREPARE_H_

#include "codec/jpeg_fast/job.h"

namespace saker {
namespace jpeg_fast {

// Fills scratch->job and its tables; reserves `pixels`. Returns false for what the decoder does not
// take, and when memory is short.
bool Prepare(Bytes bytes, const ImageInfo& info, const DecodeRequest& request,
             JpegFastScratch::Impl* scratch, AlignedBuffer* pixels);

}  // namespace jpeg_fast
}  // namespace saker

#endif  // SAKER_CODEC_JPEG_FAST_PREPARE_H_
