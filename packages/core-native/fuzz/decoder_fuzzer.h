// What the fuzz target of every decoder does with its input.
#ifndef SAKER_FUZZ_DECODER_FUZZER_H_
#define SAKER_FUZZ_DECODER_FUZZER_H_

#include <cstddef>
#include <cstdint>

#include "codec/codec.h"

namespace saker {
namespace fuzz {

// The first bytes of an input choose region, scale, channels and orientation; the file follows.
inline constexpr size_t kDecoderHead = 8;

// Larger pictures only make a run slow.
inline constexpr int64_t kMaxPixels = int64_t{1} << 18;

// Probes, decodes the whole picture and a region of it, turns it upright, and stops the process
// when the region's pixels are not those of the whole picture. Inputs that Probe takes for another
// format are not kept (returns -1, as libFuzzer wants it).
int RunDecoder(ImageFormat format, const uint8_t* data, size_t size);

}  // namespace fuzz
}  // namespace saker

#endif  // SAKER_FUZZ_DECODER_FUZZER_H_
