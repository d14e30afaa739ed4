#include "codec/jpeg_fast/prepare.h"

#include <algorithm>

#include "codec/jpeg.h"
#include "codec/jpeg_fast/zigzag.h"

namespace saker {
namespace jpeg_fast {
namespace {

// Bytes beside a row of a plane: one sample of padding on the left, whole vectors on the right.
constexpr size_t kLeft = 64, kRight = 192;

// Bytes that the colour loops may write beyond the last row.
constexpr size_t kPixelSlack = 256;

int DivideUp(int a, int b) { return (a + b - 1) / b; }

// libjpeg upsamples chroma of at most this width by repetition.
constexpr int kNarrowChroma = 2;

void PlacePlanes(Job* job) {
  const Header& header = job->header;
  const int h_max = header.components[0].h, v_max = header.components[0].v;
  job->mcus_x = DivideUp(header.width, 8 * h_max);
  job->mcus_y = DivideUp(header.height, 8 * v_max);
  job->component_count = header.component_count;
  job->block_count = 0;
  for (int c = 0; c < job->component_count; ++c) {
    Plane& plane = job->planes[c];
    plane.h = header.components[c].h;
    plane.v = header.components[c].v;
    plane.width = DivideUp(header.width * plane.h, h_max);
    plane.height = DivideUp(header.height * plane.v, v_max);
    for (int y = 0; y < plane.v; ++y) {
      for (int x = 0; x < plane.h; ++x) job->blocks[job->block_count++] = {c, x, y};
    }
  }
}

// The rows and columns that the region needs of each plane, upsampling's neighbours included.
void PlaceRegion(Job* job) {
  const Rect& r = job->region;
  const int h_max = job->planes[0].h, v_max = job->planes[0].v;
  int left = r.x / (8 * h_max), right = (r.x + r.width - 1) / (8 * h_max);
  int last_row = (r.y + r.height - 1) / (8 * v_max);
  job->planes[0].first_row = r.y;
  job->planes[0].rows = r.height;
  for (int c = 1; c < job->component_count; ++c) {
    Plane& plane = job->planes[c];
    int top = r.y, bottom = r.y + r.height - 1;
    if (h_max == 2) {
      left = std::max(0, r.x / 2 - 1) / 8;
      right = std::min(plane.width - 1, (r.x + r.width - 1) / 2 + 1) / 8;
    }
    if (v_max == 2) {
      top = std::max(0, top / 2 - 1);
      bottom = std::min(plane.height - 1, bottom / 2 + 1);
      last_row = bottom / 8;
    }
    plane.first_row = top;
    plane.rows = bottom - top + 1;
  }
  job->mcu_first = left;
  job->mcu_end = right + 1;
  job->mcu_rows = last_row + 1;
}

bool ReservePlanes(Job* job, AlignedBuffer* samples) {
  const size_t mcus = static_cast<size_t>(DivideUp(job->mcu_end - job->mcu_first, kBatch) * kBatch);
  size_t total = 0;
  for (int c = 0; c < job->component_count; ++c) {
    Plane& plane = job->planes[c];
    plane.stride = kLeft + (mcus * 8 * static_cast<size_t>(plane.h) + 63) / 64 * 64 + kRight;
    total += plane.stride * 16 * static_cast<size_t>(plane.v);
  }
  if (!samples->Reserve(total)) return false;
  uint8_t* at = samples->data();
  for (int c = 0; c < job->component_count; ++c) {
    Plane& plane = job->planes[c];
    plane.samples = at + kLeft;
    plane.first_column = job->mcu_first * 8 * plane.h;
    at += plane.stride * 16 * static_cast<size_t>(plane.v);
  }
  return true;
}

bool PrepareTables(JpegFastScratch::Impl* scratch) {
  const Header& header = scratch->job.header;
  for (int c = 0; c < header.component_count; ++c) {
    const Component& component = header.components[c];
    HuffmanTable& dc = scratch->dc[component.dc];
    AcTable& ac = scratch->ac[component.ac];
    if (!BuildDcTable(header.dc[component.dc], &dc)) return false;
    if (!BuildAcTable(header.ac[component.ac], &ac)) return false;
    Plane& plane = scratch->job.planes[c];
    plane.dc = &dc;
    plane.ac = &ac;
    const uint8_t* quant = header.quant[component.quant];
    for (int k = 0; k < 64; ++k) plane.quant[kNaturalOrder[k]] = quant[k];
  }
  return true;
}

}  // namespace

bool Prepare(Bytes bytes, const ImageInfo& info, const DecodeRequest& request,
             JpegFastScratch::Impl* scratch, AlignedBuffer* pixels) {
  Job& job = scratch->job;
  if (request.scale_denom != 1 || !ReadHeader(bytes, &job.header)) return false;
  const Header& header = job.header;
  if (header.width != info.width || header.height != info.height) return false;
  if (!HasEndMarker(bytes.data() + header.scan, bytes.data() + bytes.size())) return false;
  job.bytes = bytes;
  job.channels = request.channels;
  job.region = request.region;
  PlacePlanes(&job);
  if (job.component_count == 3 && job.planes[0].h == 2) {
    if (job.planes[1].width <= kNarrowChroma) return false;
    // The colour loops begin at an even column.
    job.region.width += job.region.x & 1;
    job.region.x &= ~1;
  }
  PlaceRegion(&job);
  if (!ReservePlanes(&job, &scratch->samples) || !PrepareTables(scratch)) return false;
  job.out_stride = static_cast<size_t>(job.region.width) * static_cast<size_t>(job.channels);
  if (!pixels->Reserve(job.out_stride * static_cast<size_t>(job.region.height) + kPixelSlack)) {
    return false;
  }
  job.out = pixels->data();
  return true;
}

}  // namespace jpeg_fast
}  // namespace saker
