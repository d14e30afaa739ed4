#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

// jpeglib.h needs size_t and FILE declared first.
#include <jpeglib.h>

#include "codec/codec.h"
#include "ops/jpeg/jpeg_steps.h"

namespace saker {
namespace {

struct Encoder {
  jpeg_compress_struct cinfo;
  jpeg_error_mgr errors;
  jmp_buf escape;
  char message[JMSG_LENGTH_MAX];
  unsigned char* file = nullptr;
  unsigned long size = 0;  // NOLINT: libjpeg's type

  Encoder() {
    std::memset(&cinfo, 0, sizeof(cinfo));
    message[0] = '\0';
    cinfo.err = jpeg_std_error(&errors);
    cinfo.client_data = this;
    errors.error_exit = [](j_common_ptr common) {
      auto* self = static_cast<Encoder*>(common->client_data);
      common->err->format_message(common, self->message);
      std::longjmp(self->escape, 1);
    };
    errors.output_message = [](j_common_ptr) {};
  }
  ~Encoder() {
    jpeg_destroy_compress(&cinfo);
    std::free(file);
  }
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;
};

// libjpeg's defaults: 4:2:0, standard tables scaled by `quality`, accurate integer DCT. C and plain
// data only: longjmp crosses no destructor. False after an error; encoder->message says which.
bool Encode(int32_t quality, int32_t width, int32_t height, const uint8_t* pixels,
            Encoder* encoder) {
  j_compress_ptr cinfo = &encoder->cinfo;
  if (setjmp(encoder->escape) != 0) return false;
  jpeg_create_compress(cinfo);
  jpeg_mem_dest(cinfo, &encoder->file, &encoder->size);
  cinfo->image_width = static_cast<JDIMENSION>(width);
  cinfo->image_height = static_cast<JDIMENSION>(height);
  cinfo->input_components = 3;
  cinfo->in_color_space = JCS_RGB;
  jpeg_set_defaults(cinfo);
  jpeg_set_quality(cinfo, quality, TRUE);
  jpeg_start_compress(cinfo, TRUE);
  while (cinfo->next_scanline < cinfo->image_height) {
    JSAMPROW row = const_cast<JSAMPROW>(pixels) +
                   static_cast<size_t>(cinfo->next_scanline) * static_cast<size_t>(width) * 3;
    jpeg_write_scanlines(cinfo, &row, 1);
  }
  jpeg_finish_compress(cinfo);
  return true;
}

}  // namespace

Status JpegRoundTrip(int32_t quality, int32_t width, int32_t height, uint8_t* pixels) {
  Encoder encoder;
  if (!Encode(quality, width, height, pixels, &encoder)) {
    return Status(ErrorCode::kInternal, std::string("JPEG encoder: ") + encoder.message);
  }
  const Bytes file(encoder.file, encoder.size);
  ImageInfo info;
  info.format = ImageFormat::kJpeg;
  info.width = width;
  info.height = height;
  DecodeScratch scratch;
  DecodedImage image;
  SAKER_RETURN_IF_ERROR(Decode(file, info, {{0, 0, width, height}, 1, 3}, &scratch, &image));
  const size_t row_bytes = static_cast<size_t>(width) * 3;
  for (int y = 0; y < height; ++y) {
    std::memcpy(pixels + static_cast<size_t>(y) * row_bytes, image.view.Row(y), row_bytes);
  }
  return OkStatus();
}

}  // namespace saker
