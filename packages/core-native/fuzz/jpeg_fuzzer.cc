#include "fuzz/decoder_fuzzer.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return saker::fuzz::RunDecoder(saker::ImageFormat::kJpeg, data, size);
}
