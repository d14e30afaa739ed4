// The scan loop of our JPEG decoder, compiled once per SIMD target.
#include "codec/jpeg_fast/jpeg_fast.h"

#include <algorithm>
#include <cstring>

#include "codec/jpeg_fast/job.h"
#include "codec/jpeg_fast/prepare.h"
#include "codec/jpeg_fast/zigzag.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "codec/jpeg_fast/jpeg_fast.cc"
#include "hwy/foreach_target.h"
// foreach_target must come before everything that is compiled per target.
#include "hwy/highway.h"
#if HWY_TARGET != HWY_SCALAR && !HWY_HAVE_SCALABLE
#include "codec/jpeg_fast/scan-inl.h"
#endif

HWY_BEFORE_NAMESPACE();
namespace saker {
namespace HWY_NAMESPACE {

// Vectors of unknown length, and none at all, have no 128-bit parts: libjpeg-turbo serves there.
#if HWY_TARGET == HWY_SCALAR || HWY_HAVE_SCALABLE
bool RunScan(JpegFastScratch::Impl*) { return false; }
#else
bool RunScan(JpegFastScratch::Impl* scratch) {
  return jpeg_fast_simd::ScanDecoder(scratch).Run();
}
#endif

}  // namespace HWY_NAMESPACE
}  // namespace saker
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace saker {

HWY_EXPORT(RunScan);

JpegFastScratch::JpegFastScratch() : impl_(std::make_unique<Impl>()) {}
JpegFastScratch::~JpegFastScratch() = default;

bool DecodeJpegFast(Bytes bytes, const ImageInfo& info, const DecodeRequest& request,
                    JpegFastScratch* scratch, AlignedBuffer* pixels, DecodedImage* out) {
  JpegFastScratch::Impl* impl = scratch->impl();
  if (!jpeg_fast::Prepare(bytes, info, request, impl, pixels)) return false;
  if (!HWY_DYNAMIC_DISPATCH(RunScan)(impl)) return false;
  const jpeg_fast::Job& job = impl->job;
  out->SetUnscaled(job.out, job.region, job.channels, job.out_stride, info);
  return true;
}

}  // namespace saker
#endif  // HWY_ONCE
