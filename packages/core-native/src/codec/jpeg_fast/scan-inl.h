// The scan of one picture for one SIMD target: entropy decoding in batches of MCUs, inverse DCT
// into a band of samples, colour as soon as the rows around are there.
#if defined(SAKER_CODEC_JPEG_FAST_SCAN_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SAKER_CODEC_JPEG_FAST_SCAN_INL_H_
#undef SAKER_CODEC_JPEG_FAST_SCAN_INL_H_
#else
#define SAKER_CODEC_JPEG_FAST_SCAN_INL_H_
#endif

#include <algorithm>
#include <cstring>

#include "codec/jpeg_fast/colour-inl.h"
#include "codec/jpeg_fast/entropy-inl.h"
#include "codec/jpeg_fast/idct-inl.h"
#include "codec/jpeg_fast/job.h"
#include "codec/jpeg_fast/zigzag.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace saker {
namespace HWY_NAMESPACE {
namespace jpeg_fast_simd {
using jpeg_fast::BlockPlace;
using jpeg_fast::Job;
using jpeg_fast::kBatch;
using jpeg_fast::kMaxBlocks;
using jpeg_fast::Plane;

static_assert(kBatch % kBlocks == 0, "a vector's blocks come from one batch");

class ScanDecoder {
 public:
  explicit ScanDecoder(JpegFastScratch::Impl* scratch)
      : job_(scratch->job), window_(&scratch->window), magnitude_(hn::Zero(D16())) {
    for (int k = 0; k < kPlaces; ++k) {
      if (k > 63) {
        place_[k] = 0;
        continue;
      }
      const int natural = jpeg_fast::kNaturalOrder[k];
      place_[k] = static_cast<uint16_t>(natural / 8 * static_cast<int>(kLanes16) + natural % 8);
    }
    // Blocks of a batch: by component, then row of blocks, then column.
    int first = 0;
    for (int b = 0; b < job_.block_count; ++b) {
      const BlockPlace& at = job_.blocks[b];
      const Plane& plane = job_.planes[at.component];
      if (at.x == 0 && at.y == 0) first = b * kBatch;
      first_block_[b] = first + at.y * plane.h * kBatch + at.x;
    }
  }

  // Returns false when anything is irregular; the pixels are then worthless.
  bool Run() {
    window_->in = job_.bytes.data() + job_.header.scan;
    window_->in_end = job_.bytes.data() + job_.bytes.size();
    BeginInterval(window_, &reader_);
    to_restart_ = job_.header.restart_interval;
    int next_pixel_row = job_.region.y;
    for (int row = 0; row < job_.mcu_rows; ++row) {
      if (!ReadMcuRow(row)) return false;
      const int end = FinishedRows(row);
      for (; next_pixel_row < end; ++next_pixel_row) MakePixels(next_pixel_row);
    }
    return WithinBytes(*window_, reader_) && InRange();
  }

 private:
  // No coefficient of a first row was beyond what both of libjpeg-turbo's ways agree on.
  bool InRange() const {
    const D16 d;
    const V16 high = hn::And(magnitude_, hn::Set(d, 0x6000));
    return hn::AllTrue(d, hn::Eq(high, hn::Zero(d)));
  }

  bool ReadMcuRow(int row) {
    bool needed[kMaxBlocks];
    bool any = false;
    for (int b = 0; b < job_.block_count; ++b) {
      const BlockPlace& at = job_.blocks[b];
      const Plane& plane = job_.planes[at.component];
      const int top = (row * plane.v + at.y) * 8;
      needed[b] = top + 8 > plane.first_row && top < plane.first_row + plane.rows;
      any = any || needed[b];
    }
    if (!any) return ReadMcus<false>(job_.mcus_x, needed, 0);
    if (!ReadMcus<false>(job_.mcu_first, needed, 0)) return false;
    for (int mcu = job_.mcu_first; mcu < job_.mcu_end; mcu += kBatch) {
      std::memset(coefficients_, 0, static_cast<size_t>(job_.block_count) * kBatch * 128);
      const int count = std::min(kBatch, job_.mcu_end - mcu);
      for (int i = 0; i < count; ++i) {
        if (!ReadMcus<true>(1, needed, i)) return false;
      }
      TransformBatch(row, mcu, needed);
    }
    PadRows(row);
    return ReadMcus<false>(job_.mcus_x - job_.mcu_end, needed, 0);
  }

  // The next `count` MCUs; with kStore it is one, the `index`-th of its batch.
  template <bool kStore>
  HWY_INLINE bool ReadMcus(int count, const bool* needed, int index) {
    BitReader reader = reader_;
    for (int i = 0; i < count; ++i) {
      if (job_.header.restart_interval > 0) {
        if (to_restart_ == 0) {
          if (!PassRestart(window_, &reader, restart_number_)) return false;
          restart_number_ = (restart_number_ + 1) & 7;
          to_restart_ = job_.header.restart_interval;
          dc_[0] = dc_[1] = dc_[2] = 0;
        }
        --to_restart_;
      }
      if (HWY_UNLIKELY(reader.next >= window_->safe)) {
        if (!PrepareMcu(window_, &reader)) return false;
      }
      for (int b = 0; b < job_.block_count; ++b) {
        const int c = job_.blocks[b].component;
        const Plane& plane = job_.planes[c];
        bool fine;
        if (kStore && needed[b]) {
          const int block = first_block_[b] + index * plane.h;
          int16_t* to = coefficients_ + block / kBlocks * kBlocks * 64 + block % kBlocks * 8;
          fine = DecodeBlock(*plane.dc, *plane.ac, &reader, &dc_[c], to, place_);
        } else {
          fine = SkipBlock(*plane.dc, *plane.ac, &reader, &dc_[c]);
        }
        if (HWY_UNLIKELY(!fine)) return false;
      }
    }
    reader_ = reader;
    return true;
  }

  void TransformBatch(int row, int mcu, const bool* needed) {
    for (int b = 0; b < job_.block_count; ++b) {
      const BlockPlace& at = job_.blocks[b];
      if (at.x != 0 || !needed[b]) continue;
      const Plane& plane = job_.planes[at.component];
      uint8_t* to =
          plane.Row((row * plane.v + at.y) * 8) + (mcu - job_.mcu_first) * 8 * plane.h;
      const int16_t* from = coefficients_ + first_block_[b] * 64;
      for (int i = 0; i < kBatch * plane.h; i += kBlocks) {
        InverseDct(from + i * 64, plane.quant, to + i * 8, plane.stride, &magnitude_);
      }
    }
  }

  // Repeats the picture's first and last chroma sample beside the rows of MCU row `row`.
  void PadRows(int row) {
    for (int c = 1; c < job_.component_count; ++c) {
      const Plane& plane = job_.planes[c];
      const int last = plane.width - 1 - plane.first_column;
      for (int y = row * 8; y < row * 8 + 8; ++y) {
        uint8_t* samples = plane.Row(y);
        if (job_.mcu_first == 0) samples[-1] = samples[0];
        if (job_.mcu_end == job_.mcus_x) samples[last + 1] = samples[last];
      }
    }
  }

  // The end of the pixel rows that can be made once MCU row `row` is there.
  int FinishedRows(int row) const {
    const int end = job_.region.y + job_.region.height;
    if (row + 1 == job_.mcu_rows) return end;
    const int v = job_.planes[0].v;
    // With halved chroma rows, the last row of pixels waits for the chroma row below.
    return std::min(end, (row + 1) * 8 * v - (v - 1));
  }

  void MakePixels(int y) {
    const Plane* planes = job_.planes;
    const int width = job_.region.width, x = job_.region.x;
    uint8_t* out = job_.out + static_cast<size_t>(y - job_.region.y) * job_.out_stride;
    const uint8_t* luma = planes[0].Row(y) + (x - planes[0].first_column);
    if (job_.component_count == 1) {
      if (job_.channels == 3) {
        GreyRow3(luma, width, out);
      } else {
        std::memcpy(out, luma, static_cast<size_t>(width));
      }
      return;
    }
    RowSource source;
    source.y = luma;
    source.bias = 1 + (y & 1);
    for (int c = 0; c < 2; ++c) {
      const Plane& plane = planes[c + 1];
      const int column = x / planes[0].h - plane.first_column;
      const int row = y / planes[0].v;
      const int beside = y & 1 ? std::min(row + 1, plane.height - 1) : std::max(row - 1, 0);
      source.cur[c] = plane.Row(row) + column;
      source.near[c] = (planes[0].v == 2 ? plane.Row(beside) : plane.Row(row)) + column;
    }
    if (planes[0].h == 2) {
      planes[0].v == 2 ? ColourRow2<2>(source, width, out) : ColourRow2<1>(source, width, out);
    } else {
      planes[0].v == 2 ? ColourRow12(source, width, out) : ColourRow11(source, width, out);
    }
  }

  const Job& job_;
  jpeg_fast::Window* const window_;
  BitReader reader_;
  int to_restart_ = 0, restart_number_ = 0;
  int32_t dc_[3] = {};
  V16 magnitude_;
  int first_block_[kMaxBlocks];
  uint16_t place_[kPlaces];
  alignas(64) int16_t coefficients_[kMaxBlocks * kBatch * 64];
};

}  // namespace jpeg_fast_simd
}  // namespace HWY_NAMESPACE
}  // namespace saker
HWY_AFTER_NAMESPACE();

#endif  // SAKER_CODEC_JPEG_FAST_SCAN_INL_H_
