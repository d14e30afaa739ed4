#include "codec/jpeg_fast/huffman.h"

#include <algorithm>
#include <cstring>

namespace saker {
namespace jpeg_fast {
namespace {

Entry EntryOf(uint8_t symbol, int code_length, bool is_dc) {
  const uint32_t length = static_cast<uint32_t>(code_length);
  const uint32_t size = is_dc ? symbol : symbol & 15u, run = symbol >> 4;
  uint32_t move = run + 1;
  if (is_dc) {
    move = 0;
  } else if (size == 0 && run != 15) {
    move = kEndOfBlock;  // libjpeg ends the block at any run of size 0 but the run of 16
  }
  return (length + size) | move << 8 | length << 16 | size << 24;
}

bool Build(const HuffmanSpec& spec, bool is_dc, HuffmanTable* table) {
  std::fill_n(table->lookup, 1 << kLookupBits, 0);
  uint32_t code = 0;
  int k = 0;
  for (int length = 1; length <= 16; ++length, code <<= 1) {
    table->offset[length] = k - static_cast<int32_t>(code);
    for (int i = 0; i < spec.counts[length - 1]; ++i, ++k, ++code) {
      const uint8_t symbol = spec.symbols[k];
      if (is_dc && symbol > 15) return false;
      if (code >= (1u << length)) return false;
      const Entry entry = EntryOf(symbol, length, is_dc);
      table->by_symbol[k] = entry;
      if (length <= kLookupBits) {
        const int free_bits = kLookupBits - length;
        std::fill_n(table->lookup + (code << free_bits), 1 << free_bits, entry);
      }
    }
    // All ones is not a code; libjpeg checks no more often than here.
    if (code >= (1u << length) && spec.counts[length - 1] > 0) return false;
    table->limit[length] = code << (16 - length);
  }
  return true;
}

bool SameSource(const HuffmanSpec& spec, const HuffmanTable& table) {
  return table.ready && std::memcmp(table.source, spec.counts, 16) == 0 &&
         std::memcmp(table.source + 16, spec.symbols, static_cast<size_t>(spec.count)) == 0;
}

bool BuildFrom(const HuffmanSpec& spec, bool is_dc, HuffmanTable* table) {
  table->ready = Build(spec, is_dc, table);
  std::memcpy(table->source, spec.counts, 16);
  std::memcpy(table->source + 16, spec.symbols, static_cast<size_t>(spec.count));
  return table->ready;
}

constexpr uint32_t kMask = (1u << kLookupBits) - 1;

uint32_t LengthOf(Entry e) { return e & 0xff; }
uint32_t MoveOf(Entry e) { return (e >> 8) & 0xff; }
uint32_t CodeLengthOf(Entry e) { return (e >> 16) & 0xff; }

// The value of symbol `e` whose code begins at the top of the kLookupBits bits `index`.
uint64_t ValueOf(Entry e, uint32_t index) {
  const uint32_t size = e >> 24;
  if (size == 0) return 0;
  const int32_t magnitude =
      static_cast<int32_t>((index >> (kLookupBits - LengthOf(e))) & ((1u << size) - 1));
  const int32_t value = magnitude >> (size - 1) ? magnitude : magnitude + 1 - (1 << size);
  return static_cast<uint16_t>(value);
}

PairEntry PairAt(const Entry* lookup, uint32_t index) {
  const Entry first = lookup[index];
  const uint32_t length = LengthOf(first);
  if (length == 0 || length > kLookupBits) return 0;
  const uint64_t value = ValueOf(first, index);
  const PairEntry one = MoveOf(first) << 8 | length << 24;
  if (MoveOf(first) < kEndOfBlock) {
    const uint32_t rest = (index << length) & kMask;
    const Entry second = lookup[rest];
    const uint32_t both = length + LengthOf(second);
    if (LengthOf(second) > 0 && both <= kLookupBits) {
      return one | both | MoveOf(second) << 16 | value << 32 | ValueOf(second, rest) << 48;
    }
  }
  return one | length | value << 32 | value << 48;
}

SkipEntry SkipAt(const Entry* lookup, uint32_t index) {
  uint32_t length = 0, move = 0;
  while (length < kLookupBits) {
    const Entry e = lookup[(index << length) & kMask];
    if (LengthOf(e) == 0 || CodeLengthOf(e) > kLookupBits - length) break;
    length += LengthOf(e);
    if (MoveOf(e) == kEndOfBlock) {
      move += kSkippedEnd;
      break;
    }
    move += MoveOf(e);
  }
  return length | move << 8;
}

}  // namespace

bool BuildDcTable(const HuffmanSpec& spec, HuffmanTable* table) {
  return SameSource(spec, *table) || BuildFrom(spec, true, table);
}

bool BuildAcTable(const HuffmanSpec& spec, AcTable* table) {
  if (SameSource(spec, *table)) return true;
  if (!BuildFrom(spec, false, table)) return false;
  for (uint32_t i = 0; i <= kMask; ++i) {
    table->pairs[i] = PairAt(table->lookup, i);
    table->skips[i] = SkipAt(table->lookup, i);
  }
  return true;
}

}  // namespace jpeg_fast
}  // namespace saker
