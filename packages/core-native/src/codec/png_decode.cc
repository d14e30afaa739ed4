// DecodePng: rows of the region only, straight into the scratch's pixels where no conversion is
// needed.
#include <spng.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>

#include "codec/png.h"
#include "codec/png_chunks.h"

namespace saker {
namespace {

struct ContextDeleter {
  void operator()(spng_ctx* ctx) const { spng_ctx_free(ctx); }
};
using Context = std::unique_ptr<spng_ctx, ContextDeleter>;

constexpr size_t kMaxAncillaryBytes = 16u << 20;

// Beside libspng's errors: the deadline passed. It is looked at every so many rows.
constexpr int kTimeout = -1000;
constexpr int kRowsPerCheck = 16;

Status SpngStatus(int error) {
  const std::string detail = std::string("PNG: ") + spng_strerror(error);
  switch (error) {
    case SPNG_EMEM:
      return Status(ErrorCode::kMemory, detail);
    case SPNG_EIO:
    case SPNG_EOF:
    case SPNG_IO_EOF:
    case SPNG_EIDAT_TOO_SHORT:
      return Status(ErrorCode::kImageTruncated, detail);
    default:
      return Status(ErrorCode::kImageCorrupt, detail);
  }
}

// Rows below the region are not inflated, so the cut of a truncated file is looked for in its
// chunks.
Status CheckWhole(Bytes bytes) {
  PngChunkWalker walker(bytes);
  while (walker.Next()) {
    if (walker.Is("IEND")) return OkStatus();
  }
  return Status(ErrorCode::kImageTruncated, "PNG ends before its IEND chunk");
}

// How one row travels from libspng to 8-bit pixels.
struct RowFormat {
  int spng_format;
  int in_bytes;  // per pixel of a decoded row
  enum { kReady, kGreyAlpha8, k16 } kind;
  int samples;  // of k16, per pixel
};

RowFormat RowFormatOf(const spng_ihdr& ihdr, int channels) {
  if (ihdr.bit_depth < 16) {
    if (channels == 3) return {SPNG_FMT_RGB8, 3, RowFormat::kReady, 0};
    // libspng makes G8 of files without alpha only.
    if (ihdr.color_type == SPNG_COLOR_TYPE_GRAYSCALE_ALPHA) {
      return {SPNG_FMT_PNG, 2, RowFormat::kGreyAlpha8, 0};
    }
    return {SPNG_FMT_G8, 1, RowFormat::kReady, 0};
  }
  int samples = 1;
  if (ihdr.color_type == SPNG_COLOR_TYPE_TRUECOLOR) samples = 3;
  if (ihdr.color_type == SPNG_COLOR_TYPE_GRAYSCALE_ALPHA) samples = 2;
  if (ihdr.color_type == SPNG_COLOR_TYPE_TRUECOLOR_ALPHA) samples = 4;
  return {SPNG_FMT_PNG, samples * 2, RowFormat::k16, samples};
}

// 16-bit samples in machine order to 8 bits, alpha dropped, grey replicated when three channels are
// asked.
void Narrow(uint8_t* out, const uint8_t* row, int width, int samples, int channels) {
  const int step = samples >= 3 ? 1 : 0;  // grey: every output channel reads sample 0
  for (int x = 0; x < width; ++x) {
    uint16_t pixel[4];
    std::memcpy(pixel, row + static_cast<size_t>(x) * samples * 2, samples * 2);
    for (int c = 0; c < channels; ++c) {
      *out++ = static_cast<uint8_t>((pixel[c * step] * 255u + 32767u) / 65535u);
    }
  }
}

// Copies or converts `width` pixels of a decoded row, from pixel x on.
void StoreRow(uint8_t* out, const uint8_t* row, int x, int width, const RowFormat& format,
              int channels) {
  const uint8_t* first = row + static_cast<size_t>(x) * format.in_bytes;
  switch (format.kind) {
    case RowFormat::kReady:
      std::memcpy(out, first, static_cast<size_t>(width) * channels);
      break;
    case RowFormat::kGreyAlpha8:
      for (int i = 0; i < width; ++i) out[i] = first[2 * i];
      break;
    case RowFormat::k16:
      Narrow(out, first, width, format.samples, channels);
      break;
  }
}

int DecodeInterlaced(spng_ctx* ctx, const RowFormat& format, const ImageInfo& info,
                     const Rect& region, int channels, DecodeScratch* scratch) {
  const size_t row_bytes = static_cast<size_t>(info.width) * format.in_bytes;
  const size_t out_stride = static_cast<size_t>(region.width) * channels;
  if (!scratch->line.Reserve(row_bytes * info.height)) return SPNG_EMEM;
  const int error =
      spng_decode_image(ctx, scratch->line.data(), row_bytes * info.height, format.spng_format, 0);
  if (error != 0) return error;
  for (int y = 0; y < region.height; ++y) {
    StoreRow(scratch->pixels.data() + y * out_stride,
             scratch->line.data() + (region.y + y) * row_bytes, region.x, region.width, format,
             channels);
  }
  return 0;
}

int DecodeRows(spng_ctx* ctx, const RowFormat& format, const ImageInfo& info, const Rect& region,
               int channels, DecodeScratch* scratch) {
  const size_t row_bytes = static_cast<size_t>(info.width) * format.in_bytes;
  const size_t out_stride = static_cast<size_t>(region.width) * channels;
  const bool direct = format.kind == RowFormat::kReady && region.width == info.width;
  if (!scratch->line.Reserve(row_bytes)) return SPNG_EMEM;
  int error = spng_decode_image(ctx, nullptr, 0, format.spng_format, SPNG_DECODE_PROGRESSIVE);
  if (error != 0) return error;
  for (int y = 0; y < region.y + region.height; ++y) {
    const bool wanted = y >= region.y;
    uint8_t* target = wanted ? scratch->pixels.data() + (y - region.y) * out_stride : nullptr;
    uint8_t* row = wanted && direct ? target : scratch->line.data();
    error = spng_decode_row(ctx, row, row_bytes);
    if (error != 0 && error != SPNG_EOI) return error;
    if (y % kRowsPerCheck == 0 && scratch->deadline.Passed()) return kTimeout;
    if (wanted && !direct) StoreRow(target, row, region.x, region.width, format, channels);
  }
  return 0;
}

}  // namespace

Status DecodePng(Bytes bytes, const ImageInfo& info, const DecodeRequest& request,
                 DecodeScratch* scratch, DecodedImage* out) {
  SAKER_RETURN_IF_ERROR(CheckWhole(bytes));
  const Context ctx(spng_ctx_new(0));
  if (ctx == nullptr) return Status(ErrorCode::kMemory, "PNG: no memory for the decoder");
  spng_set_image_limits(ctx.get(), static_cast<uint32_t>(info.width),
                        static_cast<uint32_t>(info.height));
  spng_set_chunk_limits(ctx.get(), kMaxAncillaryBytes, kMaxAncillaryBytes);
  int error = spng_set_png_buffer(ctx.get(), bytes.data(), bytes.size());
  spng_ihdr ihdr;
  if (error == 0) error = spng_get_ihdr(ctx.get(), &ihdr);
  if (error != 0) return SpngStatus(error);

  const Rect& region = request.region;
  const int channels = request.channels;
  const RowFormat format = RowFormatOf(ihdr, channels);
  const size_t stride = static_cast<size_t>(region.width) * channels;
  if (!scratch->pixels.Reserve(stride * region.height)) {
    return Status(ErrorCode::kMemory, "PNG: no memory for its pixels");
  }
  error = ihdr.interlace_method != 0
              ? DecodeInterlaced(ctx.get(), format, info, region, channels, scratch)
              : DecodeRows(ctx.get(), format, info, region, channels, scratch);
  if (error == kTimeout) return DecodeTimeout(scratch->deadline);
  if (error != 0) return SpngStatus(error);
  out->SetUnscaled(scratch->pixels.data(), region, channels, stride, info);
  return OkStatus();
}

}  // namespace saker
