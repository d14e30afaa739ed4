#include "autograd/kernels/batch_norm.h"

#include <algorithm>
#include <vector>

#include "autograd/kernels/parallel.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "autograd/kernels/batch_norm.cc"
#include "hwy/foreach_target.h"
// foreach_target must come before everything that is compiled per target.
#include "hwy/highway.h"
#include "autograd/kernels/channels-inl.h"

#ifndef SAKER_AUTOGRAD_KERNELS_BATCH_NORM_JOBS_
#define SAKER_AUTOGRAD_KERNELS_BATCH_NORM_JOBS_
namespace saker::autograd {

// Rows whose sums are made in f32: about half of a first-level cache, so that the second look at them is free, and few
// enough that rounding stays at that of 16 additions (four sums side by side).
inline int64_t BlockRows(int64_t channels) { return std::clamp<int64_t>(4096 / channels, 8, 64); }

struct SumsJob {
  float* g;
  const float *dy, *x, *y;
};

struct BackwardJob {
  float* dx;
  const float *dy, *x, *shift, *slope;
  bool masked;
};

}  // namespace saker::autograd
#endif

HWY_BEFORE_NAMESPACE();
namespace saker::autograd {
namespace HWY_NAMESPACE {
template <Activation A, class D, class V>
HWY_INLINE V Activate(D d, V z, const BatchNormEpilogue& epilogue) {
  // Comparisons and not Max and Min: those of x86 would turn NaN into a bound.
  if constexpr (A == Activation::kRelu) return hn::IfThenElse(hn::Lt(z, hn::Zero(d)), hn::Zero(d), z);
  if constexpr (A == Activation::kClip) {
    const V lo = hn::Set(d, epilogue.lo), hi = hn::Set(d, epilogue.hi);
    z = hn::IfThenElse(hn::Lt(z, lo), lo, z);
    return hn::IfThenElse(hn::Gt(z, hi), hi, z);
  }
  return z;
}

// dy where the activation of z passes gradients, else 0.
template <Activation A, class D, class V>
HWY_INLINE V Pass(D d, V dy, V z, const BatchNormEpilogue& epilogue) {
  if constexpr (A == Activation::kRelu) return hn::IfThenElseZero(hn::Gt(z, hn::Zero(d)), dy);
  if constexpr (A == Activation::kClip) {
    const auto inside = hn::And(hn::Ge(z, hn::Set(d, epilogue.lo)), hn::Le(z, hn::Set(d, epilogue.hi)));
    return hn::IfThenElseZero(inside, dy);
  }
  return dy;
}

// The statistics of `rows` rows: mean and m2, [channels] each. `block` is room for 2 * channels floats.
void Statistics(double* mean, double* m2, float* block, const float* x, int64_t rows, int64_t channels) {
  const size_t C = static_cast<size_t>(channels);
  std::fill(mean, mean + C, 0.0);
  std::fill(m2, m2 + C, 0.0);
  float *block_mean = block, *block_m2 = block + C;
  const int64_t step = BlockRows(channels);
  for (int64_t row = 0; row < rows; row += step) {
    const size_t n = static_cast<size_t>(std::min(step, rows - row));
    const float* from = x + row * channels;
    const float inverse = 1.0f / static_cast<float>(n);
    ForChannels(C, [&](auto d, size_t c) HWY_ATTR {
      auto s0 = hn::Zero(d), s1 = s0, s2 = s0, s3 = s0;
      const float* p = from + c;
      size_t r = 0;
      for (; r + 4 <= n; r += 4, p += 4 * C) {
        s0 = hn::Add(s0, hn::LoadU(d, p));
        s1 = hn::Add(s1, hn::LoadU(d, p + C));
        s2 = hn::Add(s2, hn::LoadU(d, p + 2 * C));
        s3 = hn::Add(s3, hn::LoadU(d, p + 3 * C));
      }
      for (; r < n; ++r, p += C) s0 = hn::Add(s0, hn::LoadU(d, p));
      const auto m = hn::Mul(hn::Add(hn::Add(s0, s1), hn::Add(s2, s3)), hn::Set(d, inverse));
      hn::StoreU(m, d, block_mean + c);
      s0 = s1 = s2 = s3 = hn::Zero(d);
      const auto square = [&](auto sum, const float* at) HWY_ATTR {
        const auto v = hn::Sub(hn::LoadU(d, at), m);
        return hn::MulAdd(v, v, sum);
      };
      for (r = 0, p = from + c; r + 4 <= n; r += 4, p += 4 * C) {
        s0 = square(s0, p);
        s1 = square(s1, p + C);
        s2 = square(s2, p + 2 * C);
        s3 = square(s3, p + 3 * C);
      }
      for (; r < n; ++r, p += C) s0 = square(s0, p);
      hn::StoreU(hn::Add(hn::Add(s0, s1), hn::Add(s2, s3)), d, block_m2 + c);
    });
    const double before = static_cast<double>(row), now = static_cast<double>(n);
    const double share = now / (before + now), cross = before * share;
    for (size_t c = 0; c < C; ++c) {
      const double delta = static_cast<double>(block_mean[c]) - mean[c];
      mean[c] += delta * share;
      m2[c] += static_cast<double>(block_m2[c]) + delta * delta * cross;
    }
  }
}

template <Activation A, bool kResidual>
HWY_INLINE void ForwardRows(float* y, const float* x, const float* residual, BatchNormShape shape,
                            const BatchNormFactors& factors, const BatchNormEpilogue& epilogue) {
  const size_t C = static_cast<size_t>(shape.channels);
  for (int64_t row = 0; row < shape.rows; ++row, y += C, x += C) {
    ForChannels(C, [&](auto d, size_t c) HWY_ATTR {
      auto z = hn::Sub(hn::LoadU(d, x + c), hn::LoadU(d, factors.mean + c));
      z = hn::MulAdd(z, hn::LoadU(d, factors.scale + c), hn::LoadU(d, factors.bias + c));
      if constexpr (kResidual) z = hn::Add(z, hn::LoadU(d, residual + c));
      hn::StoreU(Activate<A>(d, z, epilogue), d, y + c);
    });
    if constexpr (kResidual) residual += C;
  }
}

template <Activation A>
HWY_INLINE void ForwardEither(float* y, const float* x, const float* residual, BatchNormShape shape,
                              const BatchNormFactors& factors, const BatchNormEpilogue& epilogue) {
  if (residual != nullptr) return ForwardRows<A, true>(y, x, residual, shape, factors, epilogue);
  ForwardRows<A, false>(y, x, residual, shape, factors, epilogue);
}

void Forward(float* y, const float* x, const float* residual, BatchNormShape shape, const BatchNormFactors& factors,
             const BatchNormEpilogue& epilogue) {
  switch (epilogue.activation) {
    case Activation::kNone: return ForwardEither<Activation::kNone>(y, x, residual, shape, factors, epilogue);
    case Activation::kRelu: return ForwardEither<Activation::kRelu>(y, x, residual, shape, factors, epilogue);
    case Activation::kClip: return ForwardEither<Activation::kClip>(y, x, residual, shape, factors, epilogue);
  }
}

// `block` is room for 2 * channels floats.
template <Activation A>
HWY_INLINE void SumRows(double* sum_g, double* sum_gx, float* block, const SumsJob& job, BatchNormShape shape,
                        const BatchNormFactors& factors, const BatchNormEpilogue& epilogue) {
  const size_t C = static_cast<size_t>(shape.channels);
  std::fill(sum_g, sum_g + C, 0.0);
  std::fill(sum_gx, sum_gx + C, 0.0);
  const int64_t step = BlockRows(shape.channels);
  for (int64_t row = 0; row < shape.rows; row += step) {
    const size_t n = static_cast<size_t>(std::min(step, shape.rows - row));
    const size_t start = static_cast<size_t>(row) * C;
    ForChannels(C, [&](auto d, size_t c) HWY_ATTR {
      const auto mean = hn::LoadU(d, factors.mean + c), scale = hn::LoadU(d, factors.scale + c),
                 bias = hn::LoadU(d, factors.bias + c);
      auto g0 = hn::Zero(d), g1 = g0, x0 = g0, x1 = g0;
      const auto add = [&](size_t at, auto& sum, auto& product) HWY_ATTR {
        const auto centred = hn::Sub(hn::LoadU(d, job.x + at), mean);
        auto g = hn::LoadU(d, job.dy + at);
        // The forward pass's own arithmetic, so that the same pixels pass.
        if constexpr (A != Activation::kNone) {
          const auto z = job.y != nullptr ? hn::LoadU(d, job.y + at) : hn::MulAdd(centred, scale, bias);
          g = Pass<A>(d, g, z, epilogue);
        }
        if (job.g != nullptr) hn::StoreU(g, d, job.g + at);
        sum = hn::Add(sum, g);
        product = hn::MulAdd(g, centred, product);
      };
      size_t at = start + c, r = 0;
      for (; r + 2 <= n; r += 2, at += 2 * C) {
        add(at, g0, x0);
        add(at + C, g1, x1);
      }
      if (r < n) add(at, g0, x0);
      hn::StoreU(hn::Add(g0, g1), d, block + c);
      hn::StoreU(hn::Add(x0, x1), d, block + C + c);
    });
    for (size_t c = 0; c < C; ++c) {
      sum_g[c] += static_cast<double>(block[c]);
      sum_gx[c] += static_cast<double>(block[C + c]);
    }
  }
}

void Sums(double* sum_g, double* sum_gx, float* block, const SumsJob& job, BatchNormShape shape,
          const BatchNormFactors& factors, const BatchNormEpilogue& epilogue) {
  switch (epilogue.activation) {
    case Activation::kNone:
      return SumRows<Activation::kNone>(sum_g, sum_gx, block, job, shape, factors, epilogue);
    case Activation::kRelu:
      return SumRows<Activation::kRelu>(sum_g, sum_gx, block, job, shape, factors, epilogue);
    case Activation::kClip:
      return SumRows<Activation::kClip>(sum_g, sum_gx, block, job, shape, factors, epilogue);
  }
}

template <Activation A>
HWY_INLINE void BackwardRows(const BackwardJob& job, BatchNormShape shape, const BatchNormFactors& factors,
                             const BatchNormEpilogue& epilogue) {
  const size_t C = static_cast<size_t>(shape.channels);
  float* dx = job.dx;
  const float *dy = job.dy, *x = job.x;
  for (int64_t row = 0; row < shape.rows; ++row, dx += C, dy += C, x += C) {
    ForChannels(C, [&](auto d, size_t c) HWY_ATTR {
      const auto centred = hn::Sub(hn::LoadU(d, x + c), hn::LoadU(d, factors.mean + c));
      const auto scale = hn::LoadU(d, factors.scale + c);
      auto g = hn::LoadU(d, dy + c);
      if constexpr (A != Activation::kNone)
        g = Pass<A>(d, g, hn::MulAdd(centred, scale, hn::LoadU(d, factors.bias + c)), epilogue);
      g = hn::NegMulAdd(centred, hn::LoadU(d, job.slope + c), hn::Sub(g, hn::LoadU(d, job.shift + c)));
      hn::StoreU(hn::Mul(g, scale), d, dx + c);
    });
  }
}

void Backward(const BackwardJob& job, BatchNormShape shape, const BatchNormFactors& factors,
              const BatchNormEpilogue& epilogue) {
  switch (job.masked ? epilogue.activation : Activation::kNone) {
    case Activation::kNone: return BackwardRows<Activation::kNone>(job, shape, factors, epilogue);
    case Activation::kRelu: return BackwardRows<Activation::kRelu>(job, shape, factors, epilogue);
    case Activation::kClip: return BackwardRows<Activation::kClip>(job, shape, factors, epilogue);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace saker::autograd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace saker::autograd {
namespace {

HWY_EXPORT(Statistics);
HWY_EXPORT(Forward);
HWY_EXPORT(Sums);
HWY_EXPORT(Backward);

// Rows are cut by shape alone into at most 32 parts of whole blocks: the order of additions is the same for any number
// of threads.
struct Parts {
  explicit Parts(BatchNormShape shape) : rows(shape.rows) {
    const int64_t block = BlockRows(shape.channels), blocks = (rows + block - 1) / block;
    each = std::max<int64_t>(1, (blocks + 31) / 32) * block;
    count = (rows + each - 1) / each;
  }
  int64_t From(int64_t i) const { return i * each; }
  int64_t Rows(int64_t i) const { return std::min(each, rows - i * each); }
  int64_t rows, each, count;
};

// Runs sums(first [channels], second [channels], block [2 * channels], part) for every part.
template <class F>
std::vector<double> PartSums(const Parts& parts, int64_t channels, const F& sums) {
  const size_t both = static_cast<size_t>(2 * channels);
  std::vector<double> out(static_cast<size_t>(parts.count) * both);
  ParallelFor(parts.count, [&](int64_t i) {
    std::vector<float> block(both);
    double* at = out.data() + static_cast<size_t>(i) * both;
    sums(at, at + channels, block.data(), i);
  });
  return out;
}

}  // namespace

void BatchNormStatistics(double* mean, double* m2, const float* x, BatchNormShape shape) {
  const Parts parts(shape);
  const int64_t C = shape.channels;
  const auto sums = PartSums(parts, C, [&](double* part_mean, double* part_m2, float* block, int64_t i) {
    HWY_DYNAMIC_DISPATCH(Statistics)(part_mean, part_m2, block, x + parts.From(i) * C, parts.Rows(i), C);
  });
  std::fill(mean, mean + C, 0.0);
  std::fill(m2, m2 + C, 0.0);
  for (int64_t i = 0; i < parts.count; ++i) {
    const double *part_mean = sums.data() + i * 2 * C, *part_m2 = part_mean + C;
    const double before = static_cast<double>(parts.From(i)), now = static_cast<double>(parts.Rows(i));
    const double share = now / (before + now), cross = before * share;
    for (int64_t c = 0; c < C; ++c) {
      const double delta = part_mean[c] - mean[c];
      mean[c] += delta * share;
      m2[c] += part_m2[c] + delta * delta * cross;
    }
  }
}

void BatchNormForward(float* y, const float* x, const float* residual, BatchNormShape shape, BatchNormFactors factors,
                      BatchNormEpilogue epilogue) {
  const Parts parts(shape);
  ParallelFor(parts.count, [&](int64_t i) {
    const int64_t at = parts.From(i) * shape.channels;
    HWY_DYNAMIC_DISPATCH(Forward)(y + at, x + at, residual == nullptr ? nullptr : residual + at,
                                  {parts.Rows(i), shape.channels}, factors, epilogue);
  });
}

void BatchNormBackwardSums(double* sum_g, double* sum_gx, float* g, const float* dy, const float* x, const float* y,
                           BatchNormShape shape, BatchNormFactors factors, BatchNormEpilogue epilogue) {
  const Parts parts(shape);
  const int64_t C = shape.channels;
  const auto sums = PartSums(parts, C, [&](double* part_g, double* part_gx, float* block, int64_t i) {
    const int64_t at = parts.From(i) * C;
    const SumsJob job{g == nullptr ? nullptr : g + at, dy + at, x + at, y == nullptr ? nullptr : y + at};
    HWY_DYNAMIC_DISPATCH(Sums)(part_g, part_gx, block, job, {parts.Rows(i), C}, factors, epilogue);
  });
  std::fill(sum_g, sum_g + C, 0.0);
  std::fill(sum_gx, sum_gx + C, 0.0);
  for (int64_t i = 0; i < parts.count; ++i) {
    const double *part_g = sums.data() + i * 2 * C, *part_gx = part_g + C;
    for (int64_t c = 0; c < C; ++c) {
      sum_g[c] += part_g[c];
      sum_gx[c] += part_gx[c];
    }
  }
}

void BatchNormBackward(float* dx, const float* dy, const float* x, BatchNormShape shape, BatchNormFactors factors,
                       const float* shift, const float* slope, bool masked, BatchNormEpilogue epilogue) {
  const Parts parts(shape);
  ParallelFor(parts.count, [&](int64_t i) {
    const int64_t at = parts.From(i) * shape.channels;
    const BackwardJob job{dx + at, dy + at, x + at, shift, slope, masked};
    HWY_DYNAMIC_DISPATCH(Backward)(job, {parts.Rows(i), shape.channels}, factors, epilogue);
  });
}

}  // namespace saker::autograd
#endif  // HWY_ONCE
