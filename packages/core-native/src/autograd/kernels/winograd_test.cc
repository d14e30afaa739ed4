// Winograd's convolution against the direct sums in f64, on every SIMD target of this processor.
#include "autograd/kernels/winograd.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "hwy/highway.h"

namespace saker::autograd {
namespace {

using Floats = std::vector<float>;
using Doubles = std::vector<double>;

Floats Wave(int64_t n, double phase) {
  Floats v(static_cast<size_t>(n));
  for (size_t i = 0; i < v.size(); ++i) {
    const double t = static_cast<double>(i);
    v[i] = static_cast<float>(std::sin(1.7 * t + phase) + 0.7 * std::cos(0.013 * t * t));
  }
  return v;
}

// A batch of channels-last pictures, zero outside.
template <class T>
struct Batch {
  const std::vector<T>& values;
  int64_t h, w, c;
  double At(int64_t n, int64_t y, int64_t x, int64_t k) const {
    if (y < 0 || y >= h || x < 0 || x >= w) return 0;
    return static_cast<double>(values[static_cast<size_t>(((n * h + y) * w + x) * c + k)]);
  }
};

// The transforms' matrices with absolute values, which bound the size of what is rounded on the way.
using Matrix = std::vector<std::vector<double>>;
const Matrix kSource{{1, 0, 1, 0}, {0, 1, 1, 0}, {0, 1, 1, 0}, {0, 1, 0, 1}};
const Matrix kFilter{{1, 0, 0}, {.5, .5, .5}, {.5, .5, .5}, {0, 0, 1}};
const Matrix kResult{{1, 1, 1, 0}, {0, 1, 1, 1}};
const Matrix kGradient{{1, 0}, {1, 1}, {1, 1}, {0, 1}};
const Matrix kFilterGradient{{1, .5, .5, 0}, {0, .5, .5, 0}, {0, .5, .5, 1}};

using Places = std::array<double, 16>;

size_t At(int64_t i) { return static_cast<size_t>(i); }

template <class F>
Places Transformed(const Matrix& m, const F& at) {
  Places out{};
  const size_t side = m[0].size(), to = m.size();
  for (size_t r = 0; r < to; ++r)
    for (size_t c = 0; c < to; ++c)
      for (size_t i = 0; i < side; ++i)
        for (size_t j = 0; j < side; ++j)
          out[r * to + c] += m[r][i] * m[c][j] * std::abs(at(static_cast<int64_t>(i), static_cast<int64_t>(j)));
  return out;
}

constexpr double kUnit = 1.0 / (1 << 24);
// Roundings of a value on its way through the transforms: one each way of source and result's gradient, three each way of a
// filter, two and three each way back.
constexpr double kTransforms = 2 + 6 + 6;

// y (oc channels) of x (ic channels), both ways: `w(o, i, j, k)` is the filter at tap (i, j). Checked where `got` is.
template <class W>
void CheckConvolution(const Floats& got, const Batch<float>& x, int64_t n, int64_t oh, int64_t ow, int64_t oc, int64_t pad_h,
                      int64_t pad_w, const Floats* bias, const W& w) {
  const Batch<float> y{got, oh, ow, oc};
  std::vector<Places> filters;  // [oc][ic]
  for (int64_t o = 0; o < oc; ++o)
    for (int64_t k = 0; k < x.c; ++k)
      filters.push_back(Transformed(kFilter, [&](int64_t i, int64_t j) { return w(o, i, j, k); }));
  for (int64_t p = 0; p < n; ++p)
    for (int64_t h = 0; h < oh; h += 2)
      for (int64_t v = 0; v < ow; v += 2) {
        std::vector<Places> sources, values;  // [ic], transformed and as they are
        for (int64_t k = 0; k < x.c; ++k) {
          const auto source = [&](int64_t i, int64_t j) { return x.At(p, h - pad_h + i, v - pad_w + j, k); };
          sources.push_back(Transformed(kSource, source));
          values.emplace_back();
          for (int64_t i = 0; i < 16; ++i) values.back()[At(i)] = source(i / 4, i % 4);
        }
        for (int64_t o = 0; o < oc; ++o) {
          std::array<double, 4> want{};
          Places places{};
          for (int64_t k = 0; k < x.c; ++k) {
            const Places& g = filters[At(o * x.c + k)];
            for (size_t i = 0; i < 16; ++i) places[i] += sources[At(k)][i] * g[i];
            for (int64_t t = 0; t < 9; ++t) {
              const double filter = w(o, t / 3, t % 3, k);
              for (int64_t q = 0; q < 4; ++q) want[At(q)] += values[At(k)][At((q / 2 + t / 3) * 4 + q % 2 + t % 3)] * filter;
            }
          }
          const Places size = Transformed(kResult, [&](int64_t i, int64_t j) { return places[At(i * 4 + j)]; });
          for (int64_t q = 0; q < 4; ++q) {
            if (h + q / 2 >= oh || v + q % 2 >= ow) continue;
            const double b = bias == nullptr ? 0 : static_cast<double>((*bias)[At(o)]);
            const double bound = (static_cast<double>(x.c) + kTransforms + 1) * kUnit * (size[At(q)] + std::abs(b));
            ASSERT_NEAR(y.At(p, h + q / 2, v + q % 2, o), want[At(q)] + b, bound)
                << "picture " << p << ", pixel " << h + q / 2 << "," << v + q % 2 << ", channel " << o;
          }
        }
      }
}

void CheckWeights(const Floats& dw, const Batch<float>& dy, const Batch<float>& x, const WinogradShape& s) {
  const int64_t tiles = s.n * ((s.oh() + 1) / 2) * ((s.ow() + 1) / 2);
  // At most 128 tiles are summed before they are added to the rest.
  const double roundings = static_cast<double>(std::min<int64_t>(tiles, 128) + tiles / 128 + 3) + kTransforms;
  std::vector<Places> want(At(s.oc * s.ic)), places(want.size());  // of `want`, the first nine
  for (int64_t p = 0; p < s.n; ++p)
    for (int64_t h = 0; h < s.oh(); h += 2)
      for (int64_t v = 0; v < s.ow(); v += 2) {
        std::vector<Places> sources, values;  // [ic], transformed and as they are
        for (int64_t k = 0; k < s.ic; ++k) {
          const auto source = [&](int64_t i, int64_t j) { return x.At(p, h - s.pad_h + i, v - s.pad_w + j, k); };
          sources.push_back(Transformed(kSource, source));
          values.emplace_back();
          for (int64_t i = 0; i < 16; ++i) values.back()[At(i)] = source(i / 4, i % 4);
        }
        for (int64_t o = 0; o < s.oc; ++o) {
          const auto gradient = [&](int64_t i, int64_t j) { return dy.At(p, h + i, v + j, o); };
          const Places g = Transformed(kGradient, gradient);
          for (int64_t k = 0; k < s.ic; ++k) {
            for (size_t i = 0; i < 16; ++i) places[At(o * s.ic + k)][i] += sources[At(k)][i] * g[i];
            for (int64_t q = 0; q < 4; ++q) {
              const double there = gradient(q / 2, q % 2);
              for (int64_t t = 0; t < 9; ++t)
                want[At(o * s.ic + k)][At(t)] += there * values[At(k)][At((q / 2 + t / 3) * 4 + q % 2 + t % 3)];
            }
          }
        }
      }
  for (int64_t o = 0; o < s.oc; ++o)
    for (int64_t k = 0; k < s.ic; ++k) {
      const Places& sums = places[At(o * s.ic + k)];
      const Places size = Transformed(kFilterGradient, [&](int64_t i, int64_t j) { return sums[At(i * 4 + j)]; });
      for (int64_t t = 0; t < 9; ++t) {
        ASSERT_NEAR(static_cast<double>(dw[At((o * 9 + t) * s.ic + k)]), want[At(o * s.ic + k)][At(t)],
                    roundings * kUnit * size[At(t)])
            << "filter " << o << ", tap " << t << ", channel " << k;
      }
    }
}

struct Layer {
  explicit Layer(const WinogradShape& s)
      : x(Wave(s.n * s.ih * s.iw * s.ic, 0)), w(Wave(s.oc * 9 * s.ic, 1)), dy(Wave(s.n * s.oh() * s.ow() * s.oc, 2)),
        bias(Wave(s.oc, 3)), y(dy.size()), dx(x.size()), dw(w.size()) {
    // What was in the results before must not matter.
    for (Floats* out : {&y, &dx, &dw}) std::fill(out->begin(), out->end(), std::numeric_limits<float>::quiet_NaN());
    WinogradForward(y.data(), x.data(), w.data(), bias.data(), s);
    WinogradBackwardData(dx.data(), dy.data(), w.data(), s);
    WinogradBackwardWeights(dw.data(), dy.data(), x.data(), s);
  }
  Floats x, w, dy, bias, y, dx, dw;
};

void Check(const WinogradShape& s) {
  ASSERT_TRUE(WinogradTakes(s));
  const Layer layer(s);
  const auto w = [&](int64_t o, int64_t i, int64_t j, int64_t k) {
    return static_cast<double>(layer.w[static_cast<size_t>(((o * 3 + i) * 3 + j) * s.ic + k)]);
  };
  const Batch<float> x{layer.x, s.ih, s.iw, s.ic}, dy{layer.dy, s.oh(), s.ow(), s.oc};
  CheckConvolution(layer.y, x, s.n, s.oh(), s.ow(), s.oc, s.pad_h, s.pad_w, &layer.bias, w);
  CheckConvolution(layer.dx, dy, s.n, s.ih, s.iw, s.ic, 2 - s.pad_h, 2 - s.pad_w, nullptr,
                   [&](int64_t o, int64_t i, int64_t j, int64_t k) { return w(k, 2 - i, 2 - j, o); });
  CheckWeights(layer.dw, dy, x, s);
}

class WinogradTest : public testing::Test {
 protected:
  static void Choose(int64_t targets) {
    hwy::SetSupportedTargetsForTest(targets);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  }
  void TearDown() override { Choose(0); }
};

TEST_F(WinogradTest, EqualsTheDirectSumsForEveryShapeAndTarget) {
  // Odd sizes, every padding, runs of 4, 2 and 1 vectors, more and fewer tiles than a block, several blocks of depth.
  const WinogradShape shapes[] = {{1, 1, 1, 16, 16, 1, 1}, {2, 5, 4, 16, 32, 1, 1},   {1, 3, 3, 32, 16, 0, 0},
                                  {1, 4, 7, 48, 16, 2, 2}, {2, 6, 5, 16, 48, 0, 1},   {1, 5, 6, 16, 112, 2, 0},
                                  {1, 30, 27, 16, 16, 1, 1}, {1, 2, 3, 144, 160, 1, 1}, {2, 35, 33, 16, 16, 1, 1}};
  const int64_t all = hwy::SupportedTargets() & HWY_TARGETS;
  for (int64_t targets = all; targets != 0; targets &= targets - 1) {
    Choose(targets & -targets);
    for (const WinogradShape& s : shapes) {
      SCOPED_TRACE(testing::Message() << hwy::TargetName(targets & -targets) << " " << s.n << "x" << s.ih << "x" << s.iw << "x"
                                      << s.ic << " to " << s.oc << ", pads " << s.pad_h << " and " << s.pad_w);
      Check(s);
      if (HasFatalFailure()) return;
    }
  }
}

TEST_F(WinogradTest, BitsDoNotDependOnTheNumberOfThreads) {
  const int before = at::get_num_threads();
  const WinogradShape shape{2, 30, 31, 32, 160, 1, 1};
  std::vector<Floats> results;
  for (const int threads : {1, 2, 3}) {
    at::set_num_threads(threads);
    const Layer layer(shape);
    Floats all = layer.y;
    for (const Floats& part : {layer.dx, layer.dw}) all.insert(all.end(), part.begin(), part.end());
    results.push_back(all);
  }
  at::set_num_threads(before);
  EXPECT_EQ(results[0], results[1]);
  EXPECT_EQ(results[0], results[2]);
}

TEST_F(WinogradTest, TakesAndPaysByShape) {
  EXPECT_FALSE(WinogradTakes({1, 8, 8, 3, 16, 1, 1}));
  EXPECT_FALSE(WinogradTakes({1, 8, 8, 16, 24, 1, 1}));
  EXPECT_FALSE(WinogradTakes({1, 8, 8, 16, 16, 3, 1}));
  EXPECT_FALSE(WinogradTakes({1, 1, 8, 16, 16, 0, 1}));  // no window fits
  // Few tiles of many channels: the filters' transform costs more than it saves, that of their gradient does not.
  const WinogradPasses late = WinogradPays({16, 7, 7, 512, 512, 1, 1}), early = WinogradPays({16, 56, 56, 64, 64, 1, 1});
  EXPECT_FALSE(late.forward || late.data);
  EXPECT_TRUE(late.weights && early.forward && early.data && early.weights);
}

}  // namespace
}  // namespace saker::autograd
