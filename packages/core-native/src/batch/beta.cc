#include "batch/beta.h"

#include <cmath>

namespace saker {
namespace {

// Both methods accept at least half of all tries.
constexpr int kTries = 128;

// Uniform on (0, 1), so that its logarithm is finite.
double Open(RandomStream* random) { return (random->NextWord() + 0.5) * 0x1p-32; }

double Johnk(double alpha, RandomStream* random) {
  for (int i = 0; i < kTries; ++i) {
    const double x = std::log(Open(random)) / alpha, y = std::log(Open(random)) / alpha;
    // Accepted when u^(1/alpha) + v^(1/alpha) <= 1.
    if (std::exp(x) + std::exp(y) > 1) continue;
    return 1 / (1 + std::exp(y - x));
  }
  return 0.5;
}

double Cheng(double alpha, RandomStream* random) {
  const double sum = 2 * alpha, beta = 1 / std::sqrt(alpha), gamma = alpha + std::sqrt(alpha);
  for (int i = 0; i < kTries; ++i) {
    const double u = Open(random), v = beta * std::log(u / (1 - u));
    const double w = alpha * std::exp(v), z = u * u * Open(random);
    const double r = gamma * v - std::log(4.0);
    if (r + sum * std::log(sum / (alpha + w)) >= std::log(z)) return w / (alpha + w);
  }
  return 0.5;
}

}  // namespace

double SampleBeta(double alpha, RandomStream* random) {
  return alpha <= 1 ? Johnk(alpha, random) : Cheng(alpha, random);
}

}  // namespace saker
