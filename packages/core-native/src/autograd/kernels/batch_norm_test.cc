// The joined batch normalisation against its definition in f64, on every SIMD target of this processor.
#include "autograd/kernels/batch_norm.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "hwy/highway.h"

namespace saker::autograd {
namespace {

using Floats = std::vector<float>;
using Doubles = std::vector<double>;

constexpr double kEps = 1e-5;
// f32 rounding. A block sum adds at most 16 values in each of four lanes and two lanes more; with the rounding of mean,
// scale, product and sum behind it, a result is within 40 of these of its operands' magnitude. Gradient sums add 32 a lane.
constexpr double kUnit = 1.0 / (1 << 24), kForward = 40 * kUnit, kBackward = 100 * kUnit;

Floats Wave(size_t n, double phase, double offset = 0) {
  Floats v(n);
  for (size_t i = 0; i < n; ++i) {
    const double t = static_cast<double>(i);
    v[i] = static_cast<float>(offset + std::sin(1.7 * t + phase) + 0.7 * std::cos(0.013 * t * t));
  }
  return v;
}

struct Layer {
  BatchNormShape shape;
  BatchNormEpilogue epilogue;
  bool residual;
  Floats x, r, dy, weight, bias;
  Doubles mean, m2;     // found by the kernel
  Floats mean_f, scale;  // as the kernels take them

  Layer(BatchNormShape s, BatchNormEpilogue e, bool with_residual, double offset)
      : shape(s), epilogue(e), residual(with_residual) {
    const size_t n = static_cast<size_t>(s.rows * s.channels), C = static_cast<size_t>(s.channels);
    x = Wave(n, 0, offset), r = Wave(n, 1), dy = Wave(n, 2), weight = Wave(C, 3, 1), bias = Wave(C, 4);
    mean.resize(C), m2.resize(C), mean_f.resize(C), scale.resize(C);
    BatchNormStatistics(mean.data(), m2.data(), x.data(), s);
    for (size_t c = 0; c < C; ++c) {
      mean_f[c] = static_cast<float>(mean[c]);
      scale[c] = static_cast<float>(static_cast<double>(weight[c]) / std::sqrt(m2[c] / static_cast<double>(s.rows) + kEps));
    }
  }
  BatchNormFactors factors() const { return {mean_f.data(), scale.data(), bias.data()}; }
};

void Check(BatchNormShape shape, BatchNormEpilogue epilogue, bool residual, double offset) {
  Layer layer(shape, epilogue, residual, offset);
  const size_t C = static_cast<size_t>(shape.channels), R = static_cast<size_t>(shape.rows);
  const double n = static_cast<double>(shape.rows);
  const auto x = [&](size_t i) { return static_cast<double>(layer.x[i]); };

  Doubles mean(C), inverse(C), spread(C);
  for (size_t c = 0; c < C; ++c) {
    double sum = 0, squares = 0;
    for (size_t r = 0; r < R; ++r) sum += x(r * C + c), spread[c] += std::abs(x(r * C + c)) / n;
    mean[c] = sum / n;
    for (size_t r = 0; r < R; ++r) squares += (x(r * C + c) - mean[c]) * (x(r * C + c) - mean[c]);
    inverse[c] = 1 / std::sqrt(squares / n + kEps);
    ASSERT_NEAR(layer.mean[c], mean[c], kForward * spread[c]);
    // A mean that is off by e adds e^2 to every square.
    ASSERT_NEAR(layer.m2[c], squares, kForward * squares + n * std::pow(kForward * spread[c], 2));
  }

  // Forward. Where the operand of the activation is within rounding of a bound, no gradient is sent, so that both sides
  // agree on which pixels pass.
  Floats y(R * C);
  BatchNormForward(y.data(), layer.x.data(), residual ? layer.r.data() : nullptr, shape, layer.factors(), epilogue);
  Doubles g(R * C);
  for (size_t i = 0; i < R * C; ++i) {
    const size_t c = i % C;
    const double w = static_cast<double>(layer.weight[c]), b = static_cast<double>(layer.bias[c]);
    const double other = residual ? static_cast<double>(layer.r[i]) : 0;
    const double z = (x(i) - mean[c]) * inverse[c] * w + b + other;
    const double bound = kForward * ((std::abs(x(i)) + spread[c]) * inverse[c] * std::abs(w) + std::abs(b) + std::abs(other));
    double want = z;
    bool passes = true, near = false;
    if (epilogue.activation == Activation::kRelu) want = std::max(z, 0.0), passes = z > 0, near = std::abs(z) <= bound;
    if (epilogue.activation == Activation::kClip) {
      const double lo = static_cast<double>(epilogue.lo), hi = static_cast<double>(epilogue.hi);
      want = std::min(std::max(z, lo), hi);
      passes = z >= lo && z <= hi;
      near = std::abs(z - lo) <= bound || std::abs(z - hi) <= bound;
    }
    ASSERT_NEAR(static_cast<double>(y[i]), want, bound) << "at " << i;
    if (near) layer.dy[i] = 0;
    g[i] = passes ? static_cast<double>(layer.dy[i]) : 0;
  }

  // Backward.
  Doubles sum_g(C), sum_gx(C);
  Floats made(R * C), dx(R * C);
  const bool masked = epilogue.activation != Activation::kNone;
  BatchNormBackwardSums(sum_g.data(), sum_gx.data(), residual ? made.data() : nullptr, layer.dy.data(), layer.x.data(),
                        residual ? y.data() : nullptr, shape, layer.factors(), epilogue);
  Floats shift(C), slope(C);
  Doubles want_g(C), want_gx(C), size_g(C), size_gx(C);
  for (size_t i = 0; i < R * C; ++i) {
    const size_t c = i % C;
    want_g[c] += g[i], want_gx[c] += g[i] * (x(i) - mean[c]);
    size_g[c] += std::abs(g[i]), size_gx[c] += std::abs(g[i]) * (std::abs(x(i)) + spread[c]);
    if (residual) {
      ASSERT_EQ(static_cast<double>(made[i]), g[i]);
    }
  }
  for (size_t c = 0; c < C; ++c) {
    ASSERT_NEAR(sum_g[c], want_g[c], kBackward * size_g[c]);
    ASSERT_NEAR(sum_gx[c], want_gx[c], kBackward * size_gx[c]);
    shift[c] = static_cast<float>(sum_g[c] / n);
    slope[c] = static_cast<float>(sum_gx[c] * inverse[c] * inverse[c] / n);
  }
  BatchNormBackward(dx.data(), (residual ? made : layer.dy).data(), layer.x.data(), shape, layer.factors(), shift.data(),
                    slope.data(), masked && !residual, epilogue);
  for (size_t i = 0; i < R * C; ++i) {
    const size_t c = i % C;
    const double factor = inverse[c] * static_cast<double>(layer.weight[c]);
    const double want = factor * (g[i] - want_g[c] / n - (x(i) - mean[c]) * inverse[c] * inverse[c] * want_gx[c] / n);
    const double size = std::abs(g[i]) + size_g[c] / n +
                        (std::abs(x(i)) + spread[c]) * inverse[c] * inverse[c] * size_gx[c] / n;
    ASSERT_NEAR(static_cast<double>(dx[i]), want, kBackward * std::abs(factor) * size) << "at " << i;
  }
}

class BatchNormKernelTest : public testing::Test {
 protected:
  static void Choose(int64_t targets) {
    hwy::SetSupportedTargetsForTest(targets);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  }
  void TearDown() override { Choose(0); }
};

TEST_F(BatchNormKernelTest, EqualsItsDefinitionForEveryShapeEpilogueAndTarget) {
  const BatchNormEpilogue none, relu{Activation::kRelu, 0, 0}, clip{Activation::kClip, -0.25f, 0.75f};
  const int64_t all = hwy::SupportedTargets() & HWY_TARGETS;
  for (int64_t targets = all; targets != 0; targets &= targets - 1) {
    Choose(targets & -targets);
    for (const int64_t channels : {1, 3, 4, 7, 16, 24, 33, 130}) {
      for (const int64_t rows : {2, 5, 63, 65, 300, 3000}) {
        if (rows * channels > 20000) continue;
        SCOPED_TRACE(testing::Message() << hwy::TargetName(targets & -targets) << " " << rows << "x" << channels);
        for (const double offset : {0.0, 50.0}) {
          Check({rows, channels}, none, false, offset);
          Check({rows, channels}, relu, false, offset);
          Check({rows, channels}, clip, false, offset);
        }
        Check({rows, channels}, none, true, 0);
        Check({rows, channels}, relu, true, 0);
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST_F(BatchNormKernelTest, BitsDoNotDependOnTheNumberOfThreads) {
  const int before = at::get_num_threads();
  const BatchNormShape shape{5000, 24};
  const BatchNormEpilogue relu{Activation::kRelu, 0, 0};
  std::vector<Doubles> sums;
  for (const int threads : {1, 2, 3}) {
    at::set_num_threads(threads);
    const Layer layer(shape, relu, false, 1);
    Doubles sum_g(24), sum_gx(24), all = layer.mean;
    BatchNormBackwardSums(sum_g.data(), sum_gx.data(), nullptr, layer.dy.data(), layer.x.data(), nullptr, shape,
                          layer.factors(), relu);
    for (const Doubles& part : {layer.m2, sum_g, sum_gx}) all.insert(all.end(), part.begin(), part.end());
    sums.push_back(all);
  }
  at::set_num_threads(before);
  EXPECT_EQ(sums[0], sums[1]);
  EXPECT_EQ(sums[0], sums[2]);
}

TEST_F(BatchNormKernelTest, NaNReachesTheResult) {
  const float nan = std::numeric_limits<float>::quiet_NaN(), mean = 0, scale = 1, bias = 0;
  const Floats x(40, nan);
  for (const BatchNormEpilogue epilogue : {BatchNormEpilogue{Activation::kRelu, 0, 0},
                                           BatchNormEpilogue{Activation::kClip, 0, 6}}) {
    Floats y(40);
    BatchNormForward(y.data(), x.data(), nullptr, {40, 1}, {&mean, &scale, &bias}, epilogue);
    for (const float v : y) EXPECT_TRUE(std::isnan(v));
  }
}

}  // namespace
}  // namespace saker::autograd
