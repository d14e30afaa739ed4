#include "codec/jpeg_fast/header.h"

#include <cstring>

namespace saker {
namespace jpeg_fast {
namespace {

enum Marker : uint8_t {
  kSof0 = 0xc0,
  kSof1 = 0xc1,
  kDht = 0xc4,
  kSoi = 0xd8,
  kSos = 0xda,
  kDqt = 0xdb,
  kDri = 0xdd,
  kApp0 = 0xe0,
  kApp14 = 0xee,
  kApp15 = 0xef,
  kCom = 0xfe,
};

// libjpeg's JPEG_MAX_DIMENSION.
constexpr int kMaxDimension = 65500;

// What the application markers say about colour.
struct ColourMarks {
  bool jfif = false;
  bool adobe = false;
  uint8_t transform = 0;
};

int Word(const uint8_t* p) { return (p[0] << 8) | p[1]; }

bool ReadQuant(Bytes payload, Header* header) {
  for (size_t at = 0; at < payload.size(); at += 65) {
    const uint8_t kind = payload[at];  // precision (0: 8 bits) and index
    if (kind > 3 || payload.size() - at < 65) return false;
    header->quant[kind] = payload.data() + at + 1;
  }
  return true;
}

bool ReadHuffman(Bytes payload, Header* header) {
  for (size_t at = 0; at < payload.size();) {
    if (payload.size() - at < 17) return false;
    const uint8_t kind = payload[at];
    if ((kind & 0xef) > 3) return false;
    HuffmanSpec& spec = kind & 0x10 ? header->ac[kind & 3] : header->dc[kind];
    spec.counts = payload.data() + at + 1;
    spec.symbols = spec.counts + 16;
    spec.count = 0;
    for (int i = 0; i < 16; ++i) spec.count += spec.counts[i];
    at += 17;
    if (spec.count > 256 || static_cast<size_t>(spec.count) > payload.size() - at) return false;
    at += static_cast<size_t>(spec.count);
  }
  return true;
}

bool ReadFrame(Bytes payload, Header* header) {
  if (header->component_count != 0 || payload.size() < 6 || payload[0] != 8) return false;
  header->height = Word(payload.data() + 1);
  header->width = Word(payload.data() + 3);
  const int count = payload[5];
  if ((count != 1 && count != 3) || payload.size() != 6 + static_cast<size_t>(count) * 3) {
    return false;
  }
  if (header->width < 1 || header->height < 1 || header->width > kMaxDimension ||
      header->height > kMaxDimension) {
    return false;
  }
  header->component_count = count;
  for (int i = 0; i < count; ++i) {
    const uint8_t* p = payload.data() + 6 + i * 3;
    Component& c = header->components[i];
    c.id = p[0];
    c.h = p[1] >> 4;
    c.v = p[1] & 15;
    c.quant = p[2];
    if (c.h < 1 || c.v < 1 || c.h > 2 || c.v > 2 || c.quant > 3) return false;
    // Chroma is never larger than one block of an MCU, and a single component has no sampling.
    if ((i > 0 || count == 1) && (c.h != 1 || c.v != 1)) return false;
    for (int k = 0; k < i; ++k) {
      if (header->components[k].id == c.id) return false;
    }
  }
  return true;
}

bool ReadScan(Bytes payload, Header* header) {
  const int count = header->component_count;
  if (count == 0 || payload.size() != 4 + static_cast<size_t>(count) * 2 || payload[0] != count) {
    return false;
  }
  for (int i = 0; i < count; ++i) {
    Component& c = header->components[i];
    const uint8_t* p = payload.data() + 1 + i * 2;
    c.dc = p[1] >> 4;
    c.ac = p[1] & 15;
    if (p[0] != c.id || c.dc > 3 || c.ac > 3) return false;
    if (header->dc[c.dc].counts == nullptr || header->ac[c.ac].counts == nullptr ||
        header->quant[c.quant] == nullptr) {
      return false;
    }
  }
  const uint8_t* tail = payload.data() + 1 + count * 2;
  return tail[0] == 0 && tail[1] == 63 && tail[2] == 0;
}

// libjpeg-turbo's default_decompress_parms, for the cases that need no warning.
bool IsYcc(const Header& header, const ColourMarks& marks) {
  if (header.component_count == 1 || marks.jfif) return true;
  if (marks.adobe) return marks.transform == 1;
  const Component* c = header.components;
  return c[0].id == 1 && c[1].id == 2 && c[2].id == 3;
}

void ReadApplication(uint8_t marker, Bytes payload, ColourMarks* marks) {
  const uint8_t* p = payload.data();
  if (marker == kApp0 && payload.size() >= 14 && std::memcmp(p, "JFIF", 5) == 0) {
    marks->jfif = true;
  } else if (marker == kApp14 && payload.size() >= 12 && std::memcmp(p, "Adobe", 5) == 0) {
    marks->adobe = true;
    marks->transform = p[11];
  }
}

}  // namespace

bool ReadHeader(Bytes bytes, Header* header) {
  *header = Header();
  ColourMarks marks;
  if (bytes.size() < 4 || bytes[0] != 0xff || bytes[1] != kSoi) return false;
  size_t at = 2;
  for (;;) {
    if (bytes.size() - at < 4 || bytes[at] != 0xff) return false;
    const uint8_t marker = bytes[at + 1];
    const size_t length = static_cast<size_t>(Word(bytes.data() + at + 2));
    at += 2;
    if (length < 2 || length > bytes.size() - at) return false;
    const Bytes payload = bytes.subspan(at + 2, length - 2);
    at += length;
    if (marker == kSos) {
      header->scan = at;
      return ReadScan(payload, header) && IsYcc(*header, marks);
    }
    bool fine = false;
    if (marker == kSof0 || marker == kSof1) {
      fine = ReadFrame(payload, header);
    } else if (marker == kDht) {
      fine = ReadHuffman(payload, header);
    } else if (marker == kDqt) {
      fine = ReadQuant(payload, header);
    } else if (marker == kDri) {
      fine = payload.size() == 2;
      if (fine) header->restart_interval = Word(payload.data());
    } else if ((marker >= kApp0 && marker <= kApp15) || marker == kCom) {
      fine = true;
      ReadApplication(marker, payload, &marks);
    }
    if (!fine) return false;
  }
}

}  // namespace jpeg_fast
}  // namespace saker
