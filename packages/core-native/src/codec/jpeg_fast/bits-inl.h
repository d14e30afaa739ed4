// Bytes to bits for one SIMD target: taking out the stuffing, restart markers, the bit buffer.
#if defined(SAKER_CODEC_JPEG_FAST_BITS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SAKER_CODEC_JPEG_FAST_BITS_INL_H_
#undef SAKER_CODEC_JPEG_FAST_BITS_INL_H_
#else
#define SAKER_CODEC_JPEG_FAST_BITS_INL_H_
#endif

#include <cstring>

#include "codec/jpeg_fast/scan.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace saker {
namespace HWY_NAMESPACE {
namespace jpeg_fast_simd {
namespace hn = hwy::HWY_NAMESPACE;
using jpeg_fast::BitReader;
using jpeg_fast::kMcuBytes;
using jpeg_fast::Window;

// Moves what is unread to the front of the window and fills it up, to the next marker at most.
// Only while !at_marker, when no more bits are counted than there are bytes.
inline void FillWindow(Window* w, BitReader* reader) {
  const hn::ScalableTag<uint8_t> d;
  const size_t lanes = hn::Lanes(d);
  const size_t rest = static_cast<size_t>(w->end - reader->next);
  std::memmove(w->bytes, reader->next, rest);
  reader->next = w->bytes;
  uint8_t* to = w->bytes + rest;
  uint8_t* const full = w->bytes + Window::kBytes;
  const uint8_t* in = w->in;
  while (to < full) {
    size_t plain = 0;  // bytes before the next FF
    if (static_cast<size_t>(w->in_end - in) >= lanes) {
      const auto v = hn::LoadU(d, in);
      hn::StoreU(v, d, to);
      const intptr_t first = hn::FindFirstTrue(d, hn::Eq(v, hn::Set(d, 0xff)));
      plain = first < 0 ? lanes : static_cast<size_t>(first);
      in += plain;
      to += plain;
      if (first < 0) continue;
    } else {
      while (in < w->in_end && *in != 0xff && plain++ < lanes) *to++ = *in++;
      if (in < w->in_end && *in != 0xff) continue;
    }
    if (w->in_end - in < 2 || in[1] != 0) {
      w->at_marker = true;
      break;
    }
    *to++ = 0xff;
    in += 2;
  }
  w->in = in;
  w->end = to;
  w->safe = w->at_marker ? to : to - kMcuBytes;
  if (w->at_marker) std::memset(to, 0, kMcuBytes + Window::kSlack);
}

// Whether the bits used so far were all there.
HWY_INLINE bool WithinBytes(const Window& w, const BitReader& r) {
  return (r.next - w.bytes) * 8 - static_cast<ptrdiff_t>(r.count) <= (w.end - w.bytes) * 8;
}

// Makes sure that an MCU can be read without looking. Returns false past the end of the data.
inline bool PrepareMcu(Window* w, BitReader* r) {
  if (!w->at_marker) FillWindow(w, r);
  return WithinBytes(*w, *r);
}

inline void BeginInterval(Window* w, BitReader* r) {
  w->at_marker = false;
  w->end = w->bytes;
  *r = BitReader();
  r->next = w->bytes;
  FillWindow(w, r);
}

// The restart marker number `index` (0..7), which must follow at once.
inline bool PassRestart(Window* w, BitReader* r, int index) {
  if (!w->at_marker) FillWindow(w, r);
  const ptrdiff_t left = (w->end - r->next) * 8 + static_cast<ptrdiff_t>(r->count);
  if (!w->at_marker || left < 0 || left >= 8) return false;
  if (w->in_end - w->in < 2 || w->in[1] != 0xd0 + index) return false;
  w->in += 2;
  BeginInterval(w, r);
  return true;
}

// At least 56 valid bits. Reads 8 bytes.
HWY_INLINE void Refill(BitReader* r) {
  uint64_t v;
  std::memcpy(&v, r->next, sizeof(v));
  r->bits |= __builtin_bswap64(v) >> r->count;
  r->next += (63 - r->count) >> 3;
  r->count |= 56;
}

}  // namespace jpeg_fast_simd
}  // namespace HWY_NAMESPACE
}  // namespace saker
HWY_AFTER_NAMESPACE();

#endif  // SAKER_CODEC_JPEG_FAST_BITS_INL_H_
