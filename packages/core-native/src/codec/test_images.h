// Pictures made on the fly for the codec and loader tests: pixels by formula, files by libjpeg and
// libspng.
#ifndef SAKER_CODEC_TEST_IMAGES_H_
#define SAKER_CODEC_TEST_IMAGES_H_

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <jpeglib.h>
#include <spng.h>

#include "base/span.h"

namespace saker {
namespace test_images {

// Smooth gradients with hard edges and noise on top: every chroma sample differs from its
// neighbours.
inline std::vector<uint8_t> Pixels(int width, int height, int channels, uint32_t seed = 1) {
  std::vector<uint8_t> pixels(static_cast<size_t>(width) * height * channels);
  uint32_t state = seed * 2654435761u + 1;
  size_t i = 0;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < channels; ++c) {
        state = state * 1664525u + 1013904223u;
        const int edge = ((x / 7 + y / 5 + c) & 1) * 60;
        pixels[i++] = static_cast<uint8_t>((x * 3 + y * 2 + c * 70 + edge + (state >> 28)) & 0xff);
      }
    }
  }
  return pixels;
}

struct JpegOptions {
  int h_samp = 2;
  int v_samp = 2;
  bool progressive = false;
  int scans = 0;  // of a progressive file: only the first ones; 0: all
  int channels = 3;
  int restart_rows = 0;
  int restart_mcus = 0;
  bool own_tables = false;  // Huffman tables made for the picture
  int quality = 85;
  uint32_t pixel_seed = 1;
  std::vector<uint8_t> app1;
};

inline std::vector<uint8_t> Jpeg(int width, int height, const JpegOptions& options = {}) {
  jpeg_compress_struct cinfo;
  jpeg_error_mgr errors;
  cinfo.err = jpeg_std_error(&errors);
  jpeg_create_compress(&cinfo);
  unsigned char* buffer = nullptr;
  unsigned long size = 0;  // NOLINT: libjpeg's type
  jpeg_mem_dest(&cinfo, &buffer, &size);
  cinfo.image_width = static_cast<JDIMENSION>(width);
  cinfo.image_height = static_cast<JDIMENSION>(height);
  cinfo.input_components = options.channels;
  cinfo.in_color_space = options.channels == 1   ? JCS_GRAYSCALE
                         : options.channels == 4 ? JCS_CMYK
                                                 : JCS_RGB;
  jpeg_set_defaults(&cinfo);
  jpeg_set_quality(&cinfo, options.quality, TRUE);
  if (options.channels == 3) {
    cinfo.comp_info[0].h_samp_factor = options.h_samp;
    cinfo.comp_info[0].v_samp_factor = options.v_samp;
  }
  cinfo.restart_in_rows = options.restart_rows;
  cinfo.restart_interval = static_cast<unsigned>(options.restart_mcus);
  cinfo.optimize_coding = options.own_tables ? TRUE : FALSE;
  if (options.progressive) jpeg_simple_progression(&cinfo);
  if (options.scans > 0) cinfo.num_scans = options.scans;
  jpeg_start_compress(&cinfo, TRUE);
  if (!options.app1.empty()) {
    jpeg_write_marker(&cinfo, JPEG_APP0 + 1, options.app1.data(),
                      static_cast<unsigned>(options.app1.size()));
  }
  const std::vector<uint8_t> pixels =
      Pixels(width, height, options.channels, options.pixel_seed);
  while (cinfo.next_scanline < cinfo.image_height) {
    JSAMPROW row = const_cast<JSAMPROW>(pixels.data()) +
                   static_cast<size_t>(cinfo.next_scanline) * width * options.channels;
    jpeg_write_scanlines(&cinfo, &row, 1);
  }
  jpeg_finish_compress(&cinfo);
  std::vector<uint8_t> file(buffer, buffer + size);
  jpeg_destroy_compress(&cinfo);
  std::free(buffer);
  return file;
}

// A PNG of `pixels` in the given colour type and depth (host-endian samples for 16 bits).
inline std::vector<uint8_t> Png(int width, int height, int colour_type, int bit_depth,
                                const std::vector<uint8_t>& pixels, bool interlaced = false,
                                const spng_plte* palette = nullptr, Bytes exif = {}) {
  spng_ctx* ctx = spng_ctx_new(SPNG_CTX_ENCODER);
  spng_set_option(ctx, SPNG_ENCODE_TO_BUFFER, 1);
  spng_ihdr ihdr = {};
  ihdr.width = static_cast<uint32_t>(width);
  ihdr.height = static_cast<uint32_t>(height);
  ihdr.color_type = static_cast<uint8_t>(colour_type);
  ihdr.bit_depth = static_cast<uint8_t>(bit_depth);
  ihdr.interlace_method = interlaced ? 1 : 0;
  spng_set_ihdr(ctx, &ihdr);
  if (palette != nullptr) spng_set_plte(ctx, const_cast<spng_plte*>(palette));
  if (!exif.empty()) {
    spng_exif chunk = {exif.size(), reinterpret_cast<char*>(const_cast<uint8_t*>(exif.data()))};
    spng_set_exif(ctx, &chunk);
  }
  spng_encode_image(ctx, pixels.data(), pixels.size(), SPNG_FMT_PNG, SPNG_ENCODE_FINALIZE);
  size_t size = 0;
  int error = 0;
  void* buffer = spng_get_png_buffer(ctx, &size, &error);
  const auto* first = static_cast<uint8_t*>(buffer);
  std::vector<uint8_t> file(first, first + size);
  std::free(buffer);
  spng_ctx_free(ctx);
  return file;
}

// A TIFF block with one Orientation entry.
inline std::vector<uint8_t> ExifTiff(int orientation, bool big_endian = false) {
  const auto o = static_cast<uint8_t>(orientation);
  if (big_endian) {
    return {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0,
            3,   0,   0, 0,  1, 0, o, 0, 0, 0, 0,    0,    0};
  }
  return {'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, o, 0, 0, 0, 0, 0, 0, 0};
}

// ExifTiff as the payload of a JPEG APP1 segment.
inline std::vector<uint8_t> ExifApp1(int orientation, bool big_endian = false) {
  std::vector<uint8_t> payload = {'E', 'x', 'i', 'f', 0, 0};
  const std::vector<uint8_t> tiff = ExifTiff(orientation, big_endian);
  payload.insert(payload.end(), tiff.begin(), tiff.end());
  return payload;
}

inline Bytes AsBytes(const std::vector<uint8_t>& file) { return Bytes(file.data(), file.size()); }

}  // namespace test_images
}  // namespace saker

#endif  // SAKER_CODEC_TEST_IMAGES_H_
