// The forward convolution and its data gradient, which is a convolution of dy with the filters turned around and
// transposed. A block of tiles is transformed, multiplied by the filters in 16 products of matrices, and transformed back,
// all within a second-level cache.
#include <algorithm>
#include <vector>

#include "autograd/kernels/parallel.h"
#include "autograd/kernels/scratch.h"
#include "autograd/kernels/winograd.h"
#include "autograd/kernels/winograd_tiles.h"

// Vectors of unknown size can't stand in arrays.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "autograd/kernels/winograd_conv.cc"
#include "hwy/foreach_target.h"
// foreach_target must come before everything that is compiled per target.
#include "hwy/highway.h"
#include "autograd/kernels/winograd_transform-inl.h"

#ifndef SAKER_AUTOGRAD_KERNELS_WINOGRAD_CONV_JOBS_
#define SAKER_AUTOGRAD_KERNELS_WINOGRAD_CONV_JOBS_
namespace saker::autograd {

constexpr size_t kTileRows = 6;      // tiles whose sums stay in registers
constexpr size_t kPanelDepth = 128;  // rows of filters used before moving on: 32 kB of 64 channels, in a first-level cache

struct WinogradConvJob {
  float* to;
  const float *from, *w, *bias;
  Pictures result, source;
  int64_t n, pad_h, pad_w;
  bool transposed;  // w is [source channel][tap, backwards][result channel], else [result][tap][source]
};

}  // namespace saker::autograd
#endif

HWY_BEFORE_NAMESPACE();
namespace saker::autograd {
namespace HWY_NAMESPACE {

// Channels of the result that are computed at a time, from `channel` on: 4, 2 or 1 vectors.
size_t RunOf(size_t channels, size_t channel) {
  size_t run = kMostVectors * hn::Lanes(Tag());
  while (run > channels - channel) run /= 2;
  return run;
}

// The filters of source channels [k, k + rows) for the run of `run` result channels from `channel` on, transformed:
// packed [runs][kPlaces][source channels][run].
void PackFilters(float* packed, const WinogradConvJob& job, size_t channel, size_t run, size_t k, size_t rows) {
  const Tag d;
  const hn::RebindToSigned<Tag> di;
  const size_t depth = static_cast<size_t>(job.source.channels), out = static_cast<size_t>(job.result.channels);
  float* const to = packed + channel * kPlaces * depth;
  const auto apart = hn::Mul(hn::Iota(di, 0), hn::Set(di, static_cast<int32_t>(9 * depth)));
  V g[9], u[kPlaces];
  for (size_t c = channel; c < channel + run; c += hn::Lanes(d)) {
    for (size_t r = k; r < k + rows; ++r) {
      for (size_t t = 0; t < 9; ++t) {
        g[t] = job.transposed ? hn::LoadU(d, job.w + (r * 9 + 8 - t) * out + c)
                              : hn::GatherIndex(d, job.w + (c * 9 + t) * depth + r, apart);
      }
      Transform<FilterStep>(g, u);
      for (size_t i = 0; i < kPlaces; ++i) hn::StoreU(u[i], d, to + (i * depth + r) * run + c - channel);
    }
  }
}

// sums [kTileRows][kVectors * lanes] (+)= rows of `source` times `depth` rows of filters.
template <size_t kVectors>
HWY_INLINE void Product(float* sums, const float* source, size_t source_row, const float* filters, size_t depth,
                        bool first) {
  const Tag d;
  const size_t L = hn::Lanes(d);
  V sum[kTileRows][kVectors];
  for (size_t m = 0; m < kTileRows; ++m) {
    for (size_t v = 0; v < kVectors; ++v) sum[m][v] = first ? hn::Zero(d) : hn::LoadU(d, sums + (m * kVectors + v) * L);
  }
  const float *p0 = source, *p1 = p0 + source_row, *p2 = p1 + source_row, *p3 = p2 + source_row, *p4 = p3 + source_row,
              *p5 = p4 + source_row;
  for (size_t k = 0; k < depth; ++k, filters += kVectors * L) {
    V u[kVectors];
    for (size_t v = 0; v < kVectors; ++v) u[v] = hn::LoadU(d, filters + v * L);
    const auto add = [&](size_t m, float value) HWY_ATTR {
      const V a = hn::Set(d, value);
      for (size_t v = 0; v < kVectors; ++v) sum[m][v] = hn::MulAdd(a, u[v], sum[m][v]);
    };
    add(0, p0[k]);
    add(1, p1[k]);
    add(2, p2[k]);
    add(3, p3[k]);
    add(4, p4[k]);
    add(5, p5[k]);
  }
  for (size_t m = 0; m < kTileRows; ++m) {
    for (size_t v = 0; v < kVectors; ++v) hn::StoreU(sum[m][v], d, sums + (m * kVectors + v) * L);
  }
}

template <size_t kVectors>
HWY_INLINE void Products(float* sums, const float* source, size_t source_row, size_t tiles, const float* filters,
                         size_t depth) {
  const size_t run = kVectors * hn::Lanes(Tag());
  for (size_t k = 0; k < depth; k += kPanelDepth) {
    const size_t rows = std::min(kPanelDepth, depth - k);
    for (size_t t = 0; t < tiles; t += kTileRows)
      Product<kVectors>(sums + t * run, source + t * source_row + k, source_row, filters + k * run, rows, k == 0);
  }
}

void SourceBlock(float* planes, const Planes& layout, const WinogradConvJob& job, int64_t begin, int64_t end) {
  const Tiles tiles(job.n, job.result);
  const int64_t picture = job.source.h * job.source.w * job.source.channels;
  for (int64_t t = begin; t < end; ++t) {
    const Tiles::Position at = tiles.At(t);
    TransformPixels<SourceStep>(planes + static_cast<size_t>(t - begin) * layout.row, layout.place,
                                job.from + at.picture * picture, job.source, at.h - job.pad_h, at.w - job.pad_w);
  }
}

// `run` channels of the result from `channel` on for tiles [begin, end), whose source is in `planes` and has room for whole
// groups of kTileRows. `sums` is [kPlaces][sums_place] and at least kPlaces * tiles * run.
void ResultBlock(float* sums, size_t sums_place, const float* planes, const Planes& layout, const float* packed,
                 const WinogradConvJob& job, size_t channel, size_t run, int64_t begin, int64_t end) {
  const Tag d;
  const size_t L = hn::Lanes(d), depth = static_cast<size_t>(job.source.channels), count = static_cast<size_t>(end - begin);
  const float* filters = packed + channel * kPlaces * depth;
  for (size_t i = 0; i < kPlaces; ++i, filters += depth * run) {
    float* to = sums + i * sums_place;
    const float* from = planes + i * layout.place;
    if (run == 4 * L) {
      Products<4>(to, from, layout.row, count, filters, depth);
    } else if (run == 2 * L) {
      Products<2>(to, from, layout.row, count, filters, depth);
    } else {
      Products<1>(to, from, layout.row, count, filters, depth);
    }
  }
  const Tiles tiles(job.n, job.result);
  const Pictures& r = job.result;
  for (size_t t = 0; t < count; ++t) {
    const Tiles::Position at = tiles.At(begin + static_cast<int64_t>(t));
    float* to = job.to + ((at.picture * r.h + at.h) * r.w + at.w) * r.channels + static_cast<int64_t>(channel);
    const bool below = at.h + 1 < r.h, beside = at.w + 1 < r.w;
    for (size_t c = 0; c < run; c += L) {
      V in[kPlaces], out[4];
      for (size_t i = 0; i < kPlaces; ++i) in[i] = hn::LoadU(d, sums + i * sums_place + t * run + c);
      Transform<ResultStep>(in, out);
      if (job.bias != nullptr) {
        for (V& v : out) v = hn::Add(v, hn::LoadU(d, job.bias + channel + c));
      }
      hn::StoreU(out[0], d, to + c);
      if (beside) hn::StoreU(out[1], d, to + r.channels + c);
      if (below) hn::StoreU(out[2], d, to + r.w * r.channels + c);
      if (below && beside) hn::StoreU(out[3], d, to + (r.w + 1) * r.channels + c);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace saker::autograd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace saker::autograd {
namespace {

HWY_EXPORT(RunOf);
HWY_EXPORT(PackFilters);
HWY_EXPORT(SourceBlock);
HWY_EXPORT(ResultBlock);

void Convolve(const WinogradConvJob& job) {
  const size_t depth = static_cast<size_t>(job.source.channels), channels = static_cast<size_t>(job.result.channels);
  std::vector<std::pair<size_t, size_t>> runs;  // first channel, channels
  for (size_t c = 0; c < channels; c += runs.back().second) runs.emplace_back(c, HWY_DYNAMIC_DISPATCH(RunOf)(channels, c));

  const auto packed = Scratch(kPlaces * depth * channels);
  constexpr size_t kRows = 64;
  const size_t pieces = (depth + kRows - 1) / kRows;
  ParallelFor(static_cast<int64_t>(runs.size() * pieces), [&](int64_t i) {
    const auto& [channel, run] = runs[static_cast<size_t>(i) / pieces];
    const size_t k = static_cast<size_t>(i) % pieces * kRows;
    HWY_DYNAMIC_DISPATCH(PackFilters)(packed.get(), job, channel, run, k, std::min(kRows, depth - k));
  });

  // Transformed tiles of a few hundred kB; not so few that the filters are read for little.
  const Tiles tiles(job.n, job.result);
  const size_t block = std::clamp<size_t>(6144 / depth, 48, 96) / kTileRows * kTileRows;
  const int64_t step = static_cast<int64_t>(block), blocks = (tiles.count + step - 1) / step;
  // Enough pieces of work for many threads; else few, because each transforms its tiles anew.
  const int64_t shares = std::clamp<int64_t>(16 / blocks, 1, static_cast<int64_t>(runs.size()));
  const Planes layout(block, depth);
  ParallelFor(blocks * shares, [&](int64_t i) {
    const int64_t begin = i % blocks * step, end = std::min(begin + step, tiles.count);
    const size_t share = static_cast<size_t>(i / blocks), all = static_cast<size_t>(shares);
    const size_t sums_place = block * runs.front().second + 16;
    const auto planes = Scratch(layout.size()), sums = Scratch(kPlaces * sums_place);
    HWY_DYNAMIC_DISPATCH(SourceBlock)(planes.get(), layout, job, begin, end);
    for (size_t r = share * runs.size() / all; r < (share + 1) * runs.size() / all; ++r) {
      HWY_DYNAMIC_DISPATCH(ResultBlock)(sums.get(), sums_place, planes.get(), layout, packed.get(), job, runs[r].first,
                                        runs[r].second, begin, end);
    }
  });
}

}  // namespace

bool WinogradTakes(const WinogradShape& s) {
  return s.ic % 16 == 0 && s.oc % 16 == 0 && s.pad_h >= 0 && s.pad_h <= 2 && s.pad_w >= 0 && s.pad_w <= 2 &&
         s.oh() > 0 && s.ow() > 0 && s.n > 0 && 9 * s.ic * 16 < INT32_MAX;
}

WinogradPasses WinogradPays(const WinogradShape& s) {
  if (!WinogradTakes(s)) return {};
  const int64_t tiles = s.n * ((s.oh() + 1) / 2) * ((s.ow() + 1) / 2), least = std::min(s.ic, s.oc);
  // Each pass transforms the filters anew, which fewer tiles do not repay; the gradient's sums are transformed once.
  const bool often = tiles > 2 * std::max(s.ic, s.oc);
  return {often && least >= 32, often && least >= 32, tiles >= 128 && least >= 64};
}

void WinogradForward(float* y, const float* x, const float* w, const float* bias, const WinogradShape& s) {
  Convolve({y, x, w, bias, {s.oh(), s.ow(), s.oc}, {s.ih, s.iw, s.ic}, s.n, s.pad_h, s.pad_w, false});
}

void WinogradBackwardData(float* dx, const float* dy, const float* w, const WinogradShape& s) {
  Convolve({dx, dy, w, nullptr, {s.ih, s.iw, s.ic}, {s.oh(), s.ow(), s.oc}, s.n, 2 - s.pad_h, 2 - s.pad_w, true});
}

}  // namespace saker::autograd
#endif  // HWY_ONCE
