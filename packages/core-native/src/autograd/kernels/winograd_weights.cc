// The weight gradient of a convolution in Winograd's form: tiles of dy and x are transformed, and for each of the 16 places
// the sum over tiles of their outer products is a product of matrices. The sums are transformed back once, at the end.
#include <algorithm>

#include "autograd/kernels/parallel.h"
#include "autograd/kernels/scratch.h"
#include "autograd/kernels/winograd.h"
#include "autograd/kernels/winograd_tiles.h"

// Vectors of unknown size can't stand in arrays.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "autograd/kernels/winograd_weights.cc"
#include "hwy/foreach_target.h"
// foreach_target must come before everything that is compiled per target.
#include "hwy/highway.h"
#include "autograd/kernels/winograd_transform-inl.h"

#ifndef SAKER_AUTOGRAD_KERNELS_WINOGRAD_WEIGHTS_JOBS_
#define SAKER_AUTOGRAD_KERNELS_WINOGRAD_WEIGHTS_JOBS_
namespace saker::autograd {

constexpr size_t kSumTiles = 128;  // summed in registers before they are added to memory

// sums [a][ic] += sum over tiles of left[tile][a] * right[tile][b], for one place.
struct WinogradOuterJob {
  float* sums;
  const float *left, *right;
  size_t left_row, right_row;  // floats from one tile to the next
  size_t tiles, a, ic;
  bool first;                  // the sums are new
};

}  // namespace saker::autograd
#endif

HWY_BEFORE_NAMESPACE();
namespace saker::autograd {
namespace HWY_NAMESPACE {

template <size_t kRows, size_t kVectors>
HWY_INLINE void Product(const WinogradOuterJob& job, size_t a, size_t b, size_t tile, size_t tiles, bool first) {
  const Tag d;
  const size_t L = hn::Lanes(d);
  V sum[kRows][kVectors];
  for (size_t m = 0; m < kRows; ++m) {
    for (size_t v = 0; v < kVectors; ++v) sum[m][v] = hn::Zero(d);
  }
  const float *left = job.left + tile * job.left_row + a, *right = job.right + tile * job.right_row + b;
  for (size_t t = 0; t < tiles; ++t, left += job.left_row, right += job.right_row) {
    V x[kVectors];
    for (size_t v = 0; v < kVectors; ++v) x[v] = hn::LoadU(d, right + v * L);
    for (size_t m = 0; m < kRows; ++m) {
      const V g = hn::Set(d, left[m]);
      for (size_t v = 0; v < kVectors; ++v) sum[m][v] = hn::MulAdd(g, x[v], sum[m][v]);
    }
  }
  for (size_t m = 0; m < kRows; ++m) {
    float* at = job.sums + (a + m) * job.ic + b;
    for (size_t v = 0; v < kVectors; ++v) {
      hn::StoreU(first ? sum[m][v] : hn::Add(hn::LoadU(d, at + v * L), sum[m][v]), d, at + v * L);
    }
  }
}

template <size_t kVectors>
HWY_INLINE void Columns(const WinogradOuterJob& job, size_t b) {
  for (size_t t = 0; t < job.tiles; t += kSumTiles) {
    const size_t tiles = std::min(kSumTiles, job.tiles - t);
    const bool first = job.first && t == 0;
    size_t a = 0;
    for (; a + 6 <= job.a; a += 6) Product<6, kVectors>(job, a, b, t, tiles, first);
    for (; a + 4 <= job.a; a += 4) Product<4, kVectors>(job, a, b, t, tiles, first);
    for (; a + 2 <= job.a; a += 2) Product<2, kVectors>(job, a, b, t, tiles, first);
  }
}

void Outer(const WinogradOuterJob& job) {
  const size_t L = hn::Lanes(Tag());
  size_t b = 0;
  for (; b + kMostVectors * L <= job.ic; b += kMostVectors * L) Columns<kMostVectors>(job, b);
  for (; b + 2 * L <= job.ic; b += 2 * L) Columns<2>(job, b);
  for (; b + L <= job.ic; b += L) Columns<1>(job, b);
}

void TransformSource(float* to, size_t place, const float* from, const Pictures& p, int64_t h, int64_t w) {
  TransformPixels<SourceStep>(to, place, from, p, h, w);
}

void TransformGradient(float* to, size_t place, const float* from, const Pictures& p, int64_t h, int64_t w) {
  TransformPixels<ResultGradientStep>(to, place, from, p, h, w);
}

// dw [9][ic] of one output channel from sums [kPlaces][place].
void Filter(float* dw, const float* sums, size_t place, size_t ic) {
  const Tag d;
  V in[kPlaces], out[9];
  for (size_t c = 0; c < ic; c += hn::Lanes(d)) {
    for (size_t i = 0; i < kPlaces; ++i) in[i] = hn::LoadU(d, sums + i * place + c);
    Transform<FilterGradientStep>(in, out);
    for (size_t t = 0; t < 9; ++t) hn::StoreU(out[t], d, dw + t * ic + c);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace saker::autograd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace saker::autograd {
namespace {

HWY_EXPORT(Outer);
HWY_EXPORT(TransformSource);
HWY_EXPORT(TransformGradient);
HWY_EXPORT(Filter);

}  // namespace

void WinogradBackwardWeights(float* dw, const float* dy, const float* x, const WinogradShape& s) {
  const Pictures source{s.ih, s.iw, s.ic}, result{s.oh(), s.ow(), s.oc};
  const Tiles tiles(s.n, result);
  const size_t ic = static_cast<size_t>(s.ic), oc = static_cast<size_t>(s.oc);
  // Tiles transformed at a time: the planes of one place stay in a second-level cache.
  const int64_t step = std::min<int64_t>(tiles.count, s.ic + s.oc <= 256 ? 512 : 256);
  const Planes left_layout(static_cast<size_t>(step), oc), right_layout(static_cast<size_t>(step), ic);
  const auto left = Scratch(left_layout.size()), right = Scratch(right_layout.size());
  const size_t place = oc * ic + 16;
  const auto sums = Scratch(kPlaces * place);
  constexpr int64_t kTileRun = 16, kChannels = 64;
  const int64_t parts = (s.oc + kChannels - 1) / kChannels;
  for (int64_t begin = 0; begin < tiles.count; begin += step) {
    const int64_t count = std::min(step, tiles.count - begin);
    ParallelFor((count + kTileRun - 1) / kTileRun, [&](int64_t i) {
      for (int64_t t = i * kTileRun; t < std::min(count, (i + 1) * kTileRun); ++t) {
        const Tiles::Position at = tiles.At(begin + t);
        const size_t row = static_cast<size_t>(t);
        HWY_DYNAMIC_DISPATCH(TransformGradient)(left.get() + row * left_layout.row, left_layout.place,
                                                dy + at.picture * result.h * result.w * s.oc, result, at.h, at.w);
        HWY_DYNAMIC_DISPATCH(TransformSource)(right.get() + row * right_layout.row, right_layout.place,
                                              x + at.picture * s.ih * s.iw * s.ic, source, at.h - s.pad_h, at.w - s.pad_w);
      }
    });
    ParallelFor(static_cast<int64_t>(kPlaces) * parts, [&](int64_t i) {
      const size_t p = static_cast<size_t>(i / parts), a = static_cast<size_t>(i % parts * kChannels);
      HWY_DYNAMIC_DISPATCH(Outer)({sums.get() + p * place + a * ic, left.get() + p * left_layout.place + a,
                                   right.get() + p * right_layout.place, left_layout.row, right_layout.row,
                                   static_cast<size_t>(count), std::min<size_t>(kChannels, oc - a), ic, begin == 0});
    });
  }
  ParallelFor(s.oc, [&](int64_t o) {
    HWY_DYNAMIC_DISPATCH(Filter)(dw + o * 9 * s.ic, sums.get() + static_cast<size_t>(o) * ic, place, ic);
  });
}

}  // namespace saker::autograd
#endif  // HWY_ONCE
