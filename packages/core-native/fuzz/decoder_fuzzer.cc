#include "fuzz/decoder_fuzzer.h"

#include <algorithm>
#include <cstring>
#include <memory>

#include "codec/orient.h"

namespace saker {
namespace fuzz {
namespace {

// A part of 0..size-1 chosen by two bytes: [first, first + count), not empty.
void Part(uint8_t a, uint8_t b, int size, int* first, int* count) {
  *first = static_cast<int>(static_cast<int64_t>(a) * size / 256);
  *count = 1 + static_cast<int>(static_cast<int64_t>(b) * (size - *first) / 256);
  *count = std::min(*count, size - *first);
}

// Every byte is read, so that AddressSanitizer sees a view that passes its buffer.
uint32_t Sum(const ImageView& view) {
  uint32_t sum = 0;
  for (int y = 0; y < view.height; ++y) {
    const uint8_t* row = view.Row(y);
    for (int i = 0; i < view.width * view.channels; ++i) sum += row[i];
  }
  return sum;
}

// Pixels of `part` that `whole` holds too are the same bits. Origins are of the same scaled picture.
void CheckSame(const DecodedImage& whole, const DecodedImage& part, const Rect& region) {
  SAKER_CHECK(part.full_width == whole.full_width && part.full_height == whole.full_height);
  SAKER_CHECK(part.view.channels == whole.view.channels);
  const size_t bytes = static_cast<size_t>(region.width) * whole.view.channels;
  for (int y = region.y; y < region.y + region.height; ++y) {
    const uint8_t* a =
        whole.view.Row(y - whole.origin_y) + (region.x - whole.origin_x) * whole.view.channels;
    const uint8_t* b =
        part.view.Row(y - part.origin_y) + (region.x - part.origin_x) * part.view.channels;
    SAKER_CHECK(std::memcmp(a, b, bytes) == 0);
  }
}

}  // namespace

int RunDecoder(ImageFormat format, const uint8_t* data, size_t size) {
  if (size < kDecoderHead) return -1;
  // A copy of its own, so that a read behind the file's end is seen.
  const size_t file_size = size - kDecoderHead;
  const std::unique_ptr<uint8_t[]> file(new uint8_t[file_size]);
  std::memcpy(file.get(), data + kDecoderHead, file_size);
  const Bytes bytes(file.get(), file_size);

  CodecLimits limits;
  limits.max_pixels = kMaxPixels;
  ImageInfo info;
  const Status probed = Probe(bytes, limits, &info);
  if (!probed.ok()) return probed.code() == ErrorCode::kImageFormat ? -1 : 0;
  if (info.format != format) return -1;
  SAKER_CHECK(info.width > 0 && info.height > 0);
  SAKER_CHECK(static_cast<int64_t>(info.width) * info.height <= limits.max_pixels);
  SAKER_CHECK(info.orientation >= 1 && info.orientation <= 8);

  DecodeRequest request;
  request.region = {0, 0, info.width, info.height};
  request.channels = info.channels == 1 && (data[5] & 1) != 0 ? 1 : 3;
  if (format == ImageFormat::kJpeg) request.scale_denom = 1 << (data[4] & 3);
  // Buffers of their own for either decode: sized for it, not for an earlier picture.
  DecodeScratch whole_scratch, part_scratch;
  DecodedImage whole, part;
  const Status decoded = Decode(bytes, info, request, &whole_scratch, &whole);
  if (decoded.ok()) Sum(whole.view);
  if (format == ImageFormat::kJpeg) {
    // Saker's own decoder has libjpeg-turbo's bits, and only libjpeg-turbo judges a file.
    DecodeRequest by_library = request;
    by_library.library_only = true;
    DecodeScratch library_scratch;
    DecodedImage library;
    const Status judged = Decode(bytes, info, by_library, &library_scratch, &library);
    SAKER_CHECK(judged.code() == decoded.code());
    if (decoded.ok()) {
      CheckSame(whole, library,
                {whole.origin_x, whole.origin_y, whole.view.width, whole.view.height});
    }
  }

  DecodeRequest partial = request;
  Part(data[0], data[1], info.width, &partial.region.x, &partial.region.width);
  Part(data[2], data[3], info.height, &partial.region.y, &partial.region.height);
  const Status cropped = Decode(bytes, info, partial, &part_scratch, &part);
  if (decoded.ok()) {
    SAKER_CHECK(cropped.ok());
    const int denom = request.scale_denom;
    const Rect& r = partial.region;
    const int x0 = r.x / denom, y0 = r.y / denom;
    const int x1 = std::min((r.x + r.width + denom - 1) / denom, whole.full_width);
    const int y1 = std::min((r.y + r.height + denom - 1) / denom, whole.full_height);
    CheckSame(whole, part, {x0, y0, x1 - x0, y1 - y0});
  }
  if (!cropped.ok()) return 0;
  Sum(part.view);
  const int orientation = data[6] % 8 + 1;
  SAKER_CHECK(OrientImage(&part, orientation, &part_scratch).ok());
  Sum(part.view);
  return 0;
}

}  // namespace fuzz
}  // namespace saker
