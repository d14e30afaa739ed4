// Codec: from file bytes to u8 pixels, no more of them than asked for.
//
// Three calls: Probe reads headers only; Decode makes the pixels of one region in the STORED
// orientation; OrientImage (orient.h) turns them upright. Formats: JPEG (our own decoder and
// libjpeg-turbo), PNG (libspng), WebP (libwebp) and binary PGM/PPM, told apart by content, never by
// name.
//
// All functions are thread-safe as long as each thread brings its own DecodeScratch.
#ifndef SAKER_CODEC_CODEC_H_
#define SAKER_CODEC_CODEC_H_

#include <cstdint>
#include <memory>

#include "base/aligned_buffer.h"
#include "base/cpu_deadline.h"
#include "base/image.h"
#include "base/span.h"
#include "base/status.h"

namespace saker {

enum class ImageFormat : uint8_t { kJpeg, kPng, kWebp, kPnm };

inline const char* ImageFormatName(ImageFormat format) {
  switch (format) {
    case ImageFormat::kJpeg:
      return "jpeg";
    case ImageFormat::kPng:
      return "png";
    case ImageFormat::kWebp:
      return "webp";
    case ImageFormat::kPnm:
      return "pnm";
  }
  return "";
}

// Pillow's own decompression bomb limit.
inline constexpr int64_t kDefaultMaxPixels = 89478485;

// No photo is larger; a file that claims to be one is not read.
inline constexpr int64_t kDefaultMaxBytes = int64_t{512} << 20;

// Processor time of one Decode. The largest picture that is let in takes some seconds; what takes
// longer was made to (a progressive JPEG of hundreds of scans, each a pass over the picture).
inline constexpr int64_t kDefaultMaxDecodeMs = 30000;

struct CodecLimits {
  int64_t max_pixels = kDefaultMaxPixels;       // stored width * height, from the header alone
  int64_t max_bytes = kDefaultMaxBytes;         // of the file
  int64_t max_decode_ms = kDefaultMaxDecodeMs;  // of the thread's processor time; 0: no limit
};

// What the headers say. Sizes are of the STORED image; orientations 5..8 swap them when applied.
struct ImageInfo {
  ImageFormat format = ImageFormat::kJpeg;
  int width = 0;
  int height = 0;
  int channels = 3;     // of the file, palette expanded, alpha not counted: 1 or 3
  int bit_depth = 8;    // per channel, as stored: 1, 2, 4, 8 or 16
  int orientation = 1;  // EXIF, 1..8
  bool has_alpha = false;

  bool swaps_axes() const { return orientation >= 5; }
  int oriented_width() const { return swaps_axes() ? height : width; }
  int oriented_height() const { return swaps_axes() ? width : height; }
};

// What to decode: a region in STORED full-resolution pixels and a scale of 1/scale_denom.
struct DecodeRequest {
  Rect region;          // inside [0, width) x [0, height), not empty
  int scale_denom = 1;  // 1, 2, 4 or 8; above 1 for JPEG only (libjpeg 8/8, 4/8, 2/8, 1/8)
  int channels = 3;     // 3: RGB, grey replicated; 1: only for a file whose own channels are 1
  // JPEG: by libjpeg-turbo even where our own decoder could. Same pixels; for measuring it.
  bool library_only = false;
};

// Decoded pixels, borrowed from the DecodeScratch that made them (valid until its next Decode).
// The scaled full image has ceil(width / scale_denom) x ceil(height / scale_denom) pixels; pixel
// (0,0) here is its pixel (origin_x, origin_y). The region's pixels are all here; there may be more
// around them.
struct DecodedImage {
  ImageView view;
  int origin_x = 0;
  int origin_y = 0;
  int full_width = 0;  // of the scaled full image
  int full_height = 0;

  // A region decoded at full resolution into `pixels`, rows `stride` bytes apart.
  void SetUnscaled(const uint8_t* pixels, const Rect& region, int channels, size_t stride,
                   const ImageInfo& info) {
    view = {pixels, region.width, region.height, channels, stride};
    origin_x = region.x;
    origin_y = region.y;
    full_width = info.width;
    full_height = info.height;
  }
};

// Per-thread memory of the decoders; grows to the largest image seen, then allocates no more.
class DecodeScratch {
 public:
  DecodeScratch();
  ~DecodeScratch();
  DecodeScratch(const DecodeScratch&) = delete;
  DecodeScratch& operator=(const DecodeScratch&) = delete;

  struct Jpeg;
  Jpeg* jpeg();            // created at first use
  AlignedBuffer pixels;    // the decoded region
  AlignedBuffer oriented;  // the region turned upright
  AlignedBuffer line;      // one row before conversion
  CpuDeadline deadline;    // of the running Decode; decoders look at it between rows

 private:
  std::unique_ptr<Jpeg> jpeg_;
};

// Reads the headers of `bytes`.
// Errors: E_IMAGE_EMPTY (no bytes), E_IMAGE_FORMAT (names what it looks like), E_IMAGE_TOO_LARGE,
// E_IMAGE_CORRUPT, E_IMAGE_TRUNCATED (the file ends inside its headers).
Status Probe(Bytes bytes, const CodecLimits& limits, ImageInfo* info);

// Decodes `request.region` of an image that Probe accepted. The pixels of the region are the same
// bits as those of a full decode at the same scale. Errors: E_IMAGE_CORRUPT, E_IMAGE_TRUNCATED
// (pixel data end early: never half a picture), E_IMAGE_TIMEOUT, E_MEMORY.
Status Decode(Bytes bytes, const ImageInfo& info, const DecodeRequest& request,
              DecodeScratch* scratch, DecodedImage* out, const CodecLimits& limits = CodecLimits());

// E_IMAGE_TIMEOUT, for a decoder that finds its deadline passed.
Status DecodeTimeout(const CpuDeadline& deadline);

}  // namespace saker

#endif  // SAKER_CODEC_CODEC_H_
