// Entropy decoding for one SIMD target: bits to coefficients. Per target because the shifts of BMI2
// pay here too.
#if defined(SAKER_CODEC_JPEG_FAST_ENTROPY_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SAKER_CODEC_JPEG_FAST_ENTROPY_INL_H_
#undef SAKER_CODEC_JPEG_FAST_ENTROPY_INL_H_
#else
#define SAKER_CODEC_JPEG_FAST_ENTROPY_INL_H_
#endif

#include "codec/jpeg_fast/bits-inl.h"
#include "codec/jpeg_fast/huffman.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace saker {
namespace HWY_NAMESPACE {
namespace jpeg_fast_simd {
using jpeg_fast::AcTable;
using jpeg_fast::Entry;
using jpeg_fast::HuffmanTable;
using jpeg_fast::kEndOfBlock;
using jpeg_fast::kLookupBits;
using jpeg_fast::kSkippedEnd;
using jpeg_fast::PairEntry;
using jpeg_fast::SkipEntry;

// The symbol of a code longer than kLookupBits; 0 when there is none.
HWY_NOINLINE inline Entry LongCode(const HuffmanTable& table, uint64_t bits) {
  const uint32_t prefix = static_cast<uint32_t>(bits >> 48);
  for (int length = kLookupBits + 1; length <= 16; ++length) {
    if (prefix < table.limit[length]) {
      return table.by_symbol[table.offset[length] + static_cast<int32_t>(prefix >> (16 - length))];
    }
  }
  return 0;
}

// The signed value in the top `size` (0..15) bits of `bits` (ITU-T T.81, F.2.2.1, EXTEND).
HWY_INLINE int32_t Extend(uint64_t bits, uint32_t size) {
  const int32_t magnitude = static_cast<int32_t>((bits >> 1) >> (63 - size));
  const int32_t low = 1 - static_cast<int32_t>(1u << size);
  return magnitude + (static_cast<int64_t>(bits) < 0 ? 0 : low);
}

// The difference of a block's DC coefficient is added to `*dc`.
HWY_INLINE bool DecodeDc(const HuffmanTable& table, BitReader* r, int32_t* dc) {
  Refill(r);
  Entry e = table.lookup[r->bits >> (64 - kLookupBits)];
  if (HWY_UNLIKELY((e & 0xff) == 0)) {
    e = LongCode(table, r->bits);
    if (e == 0) return false;
  }
  *dc += Extend(r->bits << ((e >> 16) & 63), e >> 24);
  r->bits <<= e & 63;
  r->count -= e & 63;
  return *dc == static_cast<int16_t>(*dc);
}

// One AC symbol of any length; needs 31 bits. Moves *k, and sets the value when it is wanted.
template <bool kStore>
HWY_INLINE bool DecodeOne(const HuffmanTable& table, BitReader* r, uint32_t* k,
                          int16_t* HWY_RESTRICT block, const uint16_t* HWY_RESTRICT place) {
  Entry e = table.lookup[r->bits >> (64 - kLookupBits)];
  if ((e & 0xff) == 0) {
    e = LongCode(table, r->bits);
    if (e == 0) return false;
  }
  *k += (e >> 8) & 0xff;
  if (kStore) {
    block[place[*k]] = static_cast<int16_t>(Extend(r->bits << ((e >> 16) & 63), e >> 24));
  }
  r->bits <<= e & 63;
  r->count -= e & 63;
  return *k <= 63 || *k >= kEndOfBlock;
}

// Entries of a table of places: for every index that one access can reach. Those beyond a block
// lead to its DC coefficient, which is set last.
constexpr int kPlaces = 256;

// One block: coefficient k in zigzag order goes to block[place[k]]. `dc` is the running prediction.
// Returns false for any bits that an encoder does not make.
HWY_INLINE bool DecodeBlock(const HuffmanTable& dc_table, const AcTable& ac, BitReader* reader,
                            int32_t* dc, int16_t* HWY_RESTRICT block,
                            const uint16_t* HWY_RESTRICT place) {
  BitReader r = *reader;
  if (HWY_UNLIKELY(!DecodeDc(dc_table, &r, dc))) return false;
  // A symbol takes at most 31 of 56 bits: what is left is enough for the next access, so that the
  // access need not wait for the refill.
  PairEntry e = ac.pairs[r.bits >> (64 - kLookupBits)];
  uint32_t k = 0;
  do {
    Refill(&r);
    if (HWY_UNLIKELY((e & 0xff) == 0)) {
      if (!DecodeOne<true>(ac, &r, &k, block, place)) return false;
      e = ac.pairs[r.bits >> (64 - kLookupBits)];
      continue;
    }
    const uint64_t bits = r.bits;
    const uint32_t first = k + ((e >> 8) & 0xff);
    k = first + ((e >> 16) & 0xff);
    const PairEntry taken = e;
    r.bits <<= e & 63;
    r.count -= static_cast<uint32_t>(e & 63);
    e = ac.pairs[r.bits >> (64 - kLookupBits)];
    block[place[first]] = static_cast<int16_t>(taken >> 32);
    block[place[k]] = static_cast<int16_t>(taken >> 48);
    if (k > 63) {
      if (HWY_UNLIKELY(first == 63)) {
        // The block was full after the first symbol: the second is not of this block.
        const uint32_t length = static_cast<uint32_t>(taken >> 24) & 63;
        r.count += static_cast<uint32_t>(taken & 63) - length;
        r.bits = bits << length;
      } else if (HWY_UNLIKELY(k < kEndOfBlock || (first > 63 && first < kEndOfBlock))) {
        return false;
      }
      break;
    }
  } while (k < 63);
  block[0] = static_cast<int16_t>(*dc);
  *reader = r;
  return true;
}

// Passes over one block, with the same verdict as DecodeBlock's.
HWY_INLINE bool SkipBlock(const HuffmanTable& dc_table, const AcTable& ac, BitReader* reader,
                          int32_t* dc) {
  BitReader r = *reader;
  if (HWY_UNLIKELY(!DecodeDc(dc_table, &r, dc))) return false;
  SkipEntry e = ac.skips[r.bits >> (64 - kLookupBits)];
  uint32_t k = 0;
  do {
    Refill(&r);
    const uint32_t next = k + (e >> 8);
    // Symbols after the 63rd index are the next block's.
    const bool over = next > 63 && next - kSkippedEnd > 62;
    if (HWY_UNLIKELY((e & 0xff) == 0 || over)) {
      if (!DecodeOne<false>(ac, &r, &k, nullptr, nullptr)) return false;
      e = ac.skips[r.bits >> (64 - kLookupBits)];
      continue;
    }
    k = next;
    r.bits <<= e & 63;
    r.count -= e & 63;
    e = ac.skips[r.bits >> (64 - kLookupBits)];
  } while (k < 63);
  *reader = r;
  return true;
}

}  // namespace jpeg_fast_simd
}  // namespace HWY_NAMESPACE
}  // namespace saker
HWY_AFTER_NAMESPACE();

#endif  // SAKER_CODEC_JPEG_FAST_ENTROPY_INL_H_
