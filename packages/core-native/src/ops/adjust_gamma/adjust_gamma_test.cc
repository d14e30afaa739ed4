#include <gtest/gtest.h>

#include <cmath>

#include "testing/run_program.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

TEST(AdjustGamma, EqualsTheTableOfTorchvision) {
  const Picture in = NoisePicture(33, 17);
  for (const double gamma : {0.0, 0.545, 1.0, 2.2, 100.0}) {
    for (const double gain : {0.5, 1.0, 3.0}) {
      AdjustGammaParams p;
      p.gamma = gamma;
      p.gain = gain;
      for (const ExecutorKind kind : {ExecutorKind::kReference, ExecutorKind::kFused}) {
        const std::vector<float> out = RunBytes({p}, in, kind);
        for (size_t i = 0; i < out.size(); ++i) {
          const int want = static_cast<int>(255.999 * gain * std::pow(in.pixels[i] / 255.0, gamma));
          ASSERT_EQ(out[i], want > 255 ? 255 : want) << gamma << " " << gain;
        }
      }
    }
  }
}

}  // namespace
}  // namespace saker
