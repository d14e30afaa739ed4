#include <gtest/gtest.h>

#include <algorithm>

#include "testing/run_program.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

TEST(RandomAutocontrast, StretchesEachChannelFromItsLowestToItsHighestLevel) {
  Picture in = NoisePicture(33, 17);
  for (size_t i = 0; i < in.pixels.size(); ++i) {
    // Red 40..103, green as it is, blue flat.
    if (i % 3 == 0) in.pixels[i] = static_cast<uint8_t>(40 + in.pixels[i] / 4);
    if (i % 3 == 2) in.pixels[i] = 99;
  }
  int lo[3] = {255, 255, 255}, hi[3] = {};
  for (size_t i = 0; i < in.pixels.size(); ++i) {
    lo[i % 3] = std::min<int>(lo[i % 3], in.pixels[i]);
    hi[i % 3] = std::max<int>(hi[i % 3], in.pixels[i]);
  }
  RandomAutocontrastParams p;
  p.p = 1;
  for (const ExecutorKind kind : {ExecutorKind::kReference, ExecutorKind::kFused}) {
    const std::vector<float> out = RunBytes({p}, in, kind);
    for (size_t i = 0; i < out.size(); ++i) {
      const size_t c = i % 3;
      const double exact =
          hi[c] == lo[c] ? in.pixels[i] : (in.pixels[i] - lo[c]) * 255.0 / (hi[c] - lo[c]);
      ASSERT_LE(out[i], exact + 1e-9);
      ASSERT_GT(out[i], exact - 1 - 1e-9);
    }
  }
}

}  // namespace
}  // namespace saker
