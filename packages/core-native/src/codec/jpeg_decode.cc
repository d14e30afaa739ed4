// DecodeJpeg: region and scaled decode by libjpeg-turbo, after our own decoder was asked.
#include <algorithm>
#include <csetjmp>
#include <cstdio>
#include <cstring>

// jpeglib.h needs size_t and FILE declared first.
#include <jpeglib.h>

#include <jerror.h>

#include "codec/jpeg.h"
#include "codec/jpeg_fast/jpeg_fast.h"

namespace saker {

struct DecodeScratch::Jpeg {
  jpeg_decompress_struct cinfo;
  jpeg_error_mgr errors;
  jpeg_progress_mgr progress;
  jmp_buf escape;
  ErrorCode code;  // set before `escape` is taken
  char message[JMSG_LENGTH_MAX];
  JpegFastScratch fast;
  const CpuDeadline* deadline;  // of the running decode

  Jpeg();
  // A new libjpeg object in place of the old: libjpeg keeps the tables of the last file, and a file
  // that lacks its own would take them. It costs some small allocations.
  void Renew();
  ~Jpeg() { jpeg_destroy_decompress(&cinfo); }
};

namespace {

// A progressive file may hold thousands of near-empty scans, each a pass over the whole picture.
constexpr int kMaxScans = 500;

// Columns that smooth chroma upsampling and its special edge columns reach beyond the region.
constexpr int kEdgeColumns = 4;

[[noreturn]] void Escape(j_common_ptr common, ErrorCode code) {
  auto* jpeg = static_cast<DecodeScratch::Jpeg*>(common->client_data);
  jpeg->code = code;
  common->err->format_message(common, jpeg->message);
  std::longjmp(jpeg->escape, 1);
}

void OnError(j_common_ptr common) {
  switch (common->err->msg_code) {
    case JERR_OUT_OF_MEMORY:
      Escape(common, ErrorCode::kMemory);
    case JERR_INPUT_EMPTY:
    case JERR_INPUT_EOF:
      Escape(common, ErrorCode::kImageTruncated);
    default:
      Escape(common, ErrorCode::kImageCorrupt);
  }
}

// Level -1 is a warning: libjpeg would go on and paint grey. The ones that mean lost pixels end the
// decode; the harmless ones (extraneous bytes, odd markers) are ignored, as every viewer does.
void OnMessage(j_common_ptr common, int level) {
  if (level >= 0) return;
  switch (common->err->msg_code) {
    case JWRN_JPEG_EOF:
    case JWRN_HIT_MARKER:
      Escape(common, ErrorCode::kImageTruncated);
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE:
    case JWRN_MUST_RESYNC:
      Escape(common, ErrorCode::kImageCorrupt);
    default:
      break;
  }
}

void OnProgress(j_common_ptr common) {
  auto* cinfo = reinterpret_cast<j_decompress_ptr>(common);
  auto* jpeg = static_cast<DecodeScratch::Jpeg*>(common->client_data);
  if (jpeg->deadline->Passed()) {
    jpeg->code = ErrorCode::kImageTimeout;
    std::longjmp(jpeg->escape, 1);
  }
  if (cinfo->input_scan_number <= kMaxScans) return;
  jpeg->code = ErrorCode::kImageCorrupt;
  std::snprintf(jpeg->message, sizeof(jpeg->message), "more than %d progressive scans", kMaxScans);
  std::longjmp(jpeg->escape, 1);
}

// The scaled image's pixels that cover `region` (full-resolution pixels) at 1/denom.
Rect ScaledRegion(const Rect& region, int denom, int scaled_width, int scaled_height) {
  const int x0 = region.x / denom;
  const int y0 = region.y / denom;
  const int x1 = std::min((region.x + region.width + denom - 1) / denom, scaled_width);
  const int y1 = std::min((region.y + region.height + denom - 1) / denom, scaled_height);
  return {x0, y0, x1 - x0, y1 - y0};
}

// True when libjpeg's pixels of a cropped picture are not those of the whole one. Two cases. A
// progressive file without its last refinements: the missing coefficients are guessed from
// neighbouring blocks ("block smoothing", libjpeg.txt), otherwise so at the edges of a crop. And
// sampling factors that no camera writes. After jpeg_start_decompress.
bool CropsInexactly(const jpeg_decompress_struct& cinfo) {
  for (int c = 0; c < cinfo.num_components; ++c) {
    const jpeg_component_info& component = cinfo.comp_info[c];
    const int h = component.h_samp_factor, v = component.v_samp_factor;
    const bool sparse = h == 1 && v == 1;
    if (!sparse && (h != cinfo.max_h_samp_factor || v != cinfo.max_v_samp_factor)) return true;
    if (!cinfo.progressive_mode || cinfo.coef_bits == nullptr) continue;
    for (int k = 0; k < DCTSIZE2; ++k) {
      if (cinfo.coef_bits[c][k] != 0) return true;
    }
  }
  return false;
}

// Adobe's CMYK as libjpeg gives it (0 is full ink) to RGB, in place and packed. Pillow's formulas
// (convert('RGB') of its always inverted CMYK JPEGs), bit for bit; profiles are not applied.
void InksToRgb(uint8_t* pixels, size_t count) {
  const uint8_t* in = pixels;
  for (uint8_t* out = pixels; count > 0; --count, in += 4, out += 3) {
    const int white = in[3];
    for (int c = 0; c < 3; ++c) {
      // The product over 255, rounded: Pillow's MULDIV255.
      const int product = (255 - in[c]) * white + 128;
      out[c] = static_cast<uint8_t>(white - (((product >> 8) + product) >> 8));
    }
  }
}

// Everything between setjmp and here is C and plain data: longjmp crosses no destructor.
// Returns false after an escape; jpeg->code and jpeg->message then say why.
bool DecodeRegion(DecodeScratch::Jpeg* jpeg, Bytes bytes, const ImageInfo& info,
                  const DecodeRequest& request, AlignedBuffer* pixels, DecodedImage* out) {
  j_decompress_ptr cinfo = &jpeg->cinfo;
  if (setjmp(jpeg->escape) != 0) {
    jpeg_abort_decompress(cinfo);
    return false;
  }
  jpeg->Renew();
  jpeg_mem_src(cinfo, bytes.data(), bytes.size());
  jpeg_read_header(cinfo, TRUE);
  // The request was checked against Probe's size; a file on which both readers disagree is refused.
  if (cinfo->image_width != static_cast<JDIMENSION>(info.width) ||
      cinfo->image_height != static_cast<JDIMENSION>(info.height)) {
    ERREXIT(cinfo, JERR_SOF_DUPLICATE);
  }
  const uint8_t* scan = cinfo->src->next_input_byte;
  if (!HasEndMarker(scan, bytes.data() + bytes.size())) {
    ERREXIT(cinfo, JERR_INPUT_EOF);
  }
  const bool inks = cinfo->num_components == 4;
  cinfo->out_color_space = request.channels == 1 ? JCS_GRAYSCALE : inks ? JCS_CMYK : JCS_RGB;
  cinfo->dct_method = JDCT_ISLOW;
  cinfo->do_fancy_upsampling = TRUE;
  cinfo->scale_num = 8 / request.scale_denom;
  cinfo->scale_denom = 8;
  jpeg_start_decompress(cinfo);

  const int full_width = static_cast<int>(cinfo->output_width);
  const int full_height = static_cast<int>(cinfo->output_height);
  const Rect region = CropsInexactly(*cinfo) ? Rect{0, 0, full_width, full_height}
                                             : ScaledRegion(request.region, request.scale_denom,
                                                            full_width, full_height);

  // Columns: widened by what upsampling reaches, then by libjpeg to whole MCUs.
  const int left = std::max(0, region.x - kEdgeColumns);
  const int right = std::min(full_width, region.x + region.width + kEdgeColumns);
  JDIMENSION x_offset = static_cast<JDIMENSION>(left);
  JDIMENSION width = static_cast<JDIMENSION>(right - left);
  if (left > 0 || right < full_width) {
    jpeg_crop_scanline(cinfo, &x_offset, &width);
  }
  const int height = region.height;
  const size_t stride = static_cast<size_t>(cinfo->output_width) * cinfo->output_components;
  if (!pixels->Reserve(stride * height)) {
    ERREXIT1(cinfo, JERR_OUT_OF_MEMORY, 0);
  }
  if (region.y > 0) jpeg_skip_scanlines(cinfo, static_cast<JDIMENSION>(region.y));

  constexpr int kRowsPerCall = 16;
  JSAMPROW rows[kRowsPerCall];
  for (int y = 0; y < height;) {
    const int count = std::min(kRowsPerCall, height - y);
    for (int i = 0; i < count; ++i) rows[i] = pixels->data() + (y + i) * stride;
    y += static_cast<int>(jpeg_read_scanlines(cinfo, rows, count));
  }
  const int width_out = static_cast<int>(cinfo->output_width);
  const int channels = inks ? 3 : cinfo->output_components;
  if (inks) InksToRgb(pixels->data(), static_cast<size_t>(width_out) * height);
  out->view = {pixels->data(), width_out, height, channels,
               static_cast<size_t>(width_out) * channels};
  out->origin_x = static_cast<int>(x_offset);
  out->origin_y = region.y;
  out->full_width = full_width;
  out->full_height = full_height;
  // Rows below the region are never decoded.
  jpeg_abort_decompress(cinfo);
  return true;
}

}  // namespace

DecodeScratch::Jpeg::Jpeg() : code(ErrorCode::kOk), deadline(nullptr) {
  std::memset(&cinfo, 0, sizeof(cinfo));
  std::memset(&progress, 0, sizeof(progress));
  message[0] = '\0';
  cinfo.err = jpeg_std_error(&errors);
  errors.error_exit = OnError;
  errors.emit_message = OnMessage;
  errors.output_message = [](j_common_ptr) {};
  cinfo.client_data = this;
  progress.progress_monitor = OnProgress;
}

void DecodeScratch::Jpeg::Renew() {
  jpeg_destroy_decompress(&cinfo);
  // Clears all but err and client_data, which it needs when it fails.
  cinfo.client_data = this;
  jpeg_create_decompress(&cinfo);
  cinfo.progress = &progress;
}

DecodeScratch::DecodeScratch() = default;
DecodeScratch::~DecodeScratch() = default;

DecodeScratch::Jpeg* DecodeScratch::jpeg() {
  if (jpeg_ == nullptr) jpeg_ = std::make_unique<Jpeg>();
  return jpeg_.get();
}

bool HasEndMarker(const uint8_t* scan, const uint8_t* end) {
  for (const uint8_t* p = end - 1; p > scan; --p) {
    if (*p == 0xd9 && p[-1] == 0xff) return true;
  }
  return false;
}

Status DecodeJpeg(Bytes bytes, const ImageInfo& info, const DecodeRequest& request,
                  DecodeScratch* scratch, DecodedImage* out) {
  DecodeScratch::Jpeg* jpeg = scratch->jpeg();
  jpeg->deadline = &scratch->deadline;
  if (!request.library_only &&
      DecodeJpegFast(bytes, info, request, &jpeg->fast, &scratch->pixels, out)) {
    return OkStatus();
  }
  if (DecodeRegion(jpeg, bytes, info, request, &scratch->pixels, out)) return OkStatus();
  if (jpeg->code == ErrorCode::kImageTimeout) return DecodeTimeout(scratch->deadline);
  return Status(jpeg->code, std::string("JPEG: ") + jpeg->message);
}

}  // namespace saker
