#include "autograd/kernels/max_pool.h"

#include <algorithm>
#include <vector>

#include "autograd/kernels/parallel.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "autograd/kernels/max_pool.cc"
#include "hwy/foreach_target.h"
// foreach_target must come before everything that is compiled per target.
#include "hwy/highway.h"
#include "autograd/kernels/channels-inl.h"

#ifndef SAKER_AUTOGRAD_KERNELS_MAX_POOL_JOBS_
#define SAKER_AUTOGRAD_KERNELS_MAX_POOL_JOBS_
namespace saker::autograd {

// What one pixel meets: for the result, the elements it chooses from; for the source, the windows it stands in.
struct PoolTaps {
  const int64_t* from;  // where the other pixels begin
  const int32_t* taps;
  size_t count;
};

}  // namespace saker::autograd
#endif

HWY_BEFORE_NAMESPACE();
namespace saker::autograd {
namespace HWY_NAMESPACE {

void PixelForward(float* y, uint8_t* winners, const float* x, const PoolTaps& met, int64_t channels) {
  ForChannels(static_cast<size_t>(channels), [&](auto d, size_t c) HWY_ATTR {
    const hn::RebindToSigned<decltype(d)> di;
    const hn::Rebind<uint8_t, decltype(d)> d8;
    auto best = hn::LoadU(d, x + met.from[0] + c);
    auto tap = hn::Set(di, met.taps[0]);
    for (size_t t = 1; t < met.count; ++t) {
      const auto v = hn::LoadU(d, x + met.from[t] + c);
      const auto wins = hn::Or(hn::Gt(v, best), hn::IsNaN(v));
      best = hn::IfThenElse(wins, v, best);
      tap = hn::IfThenElse(hn::RebindMask(di, wins), hn::Set(di, met.taps[t]), tap);
    }
    hn::StoreU(best, d, y + c);
    hn::StoreU(hn::DemoteTo(d8, tap), d8, winners + c);
  });
}

void PixelBackward(float* dx, const float* dy, const uint8_t* winners, const PoolTaps& met, int64_t channels) {
  ForChannels(static_cast<size_t>(channels), [&](auto d, size_t c) HWY_ATTR {
    const hn::RebindToSigned<decltype(d)> di;
    const hn::Rebind<uint8_t, decltype(d)> d8;
    auto sum = hn::Zero(d);
    for (size_t t = 0; t < met.count; ++t) {
      const auto winner = hn::PromoteTo(di, hn::LoadU(d8, winners + met.from[t] + c));
      const auto won = hn::RebindMask(d, hn::Eq(winner, hn::Set(di, met.taps[t])));
      sum = hn::Add(sum, hn::IfThenElseZero(won, hn::LoadU(d, dy + met.from[t] + c)));
    }
    hn::StoreU(sum, d, dx + c);
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace saker::autograd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace saker::autograd {
namespace {

HWY_EXPORT(PixelForward);
HWY_EXPORT(PixelBackward);

// Along one axis: which elements of a window a position meets, and the position at the other side.
struct Meeting {
  int64_t tap, at;
};
using Axis = std::vector<std::vector<Meeting>>;

Axis ResultAxis(int64_t out, int64_t in, int64_t kernel, int64_t stride, int64_t pad, int64_t dilation) {
  Axis axis(static_cast<size_t>(out));
  for (int64_t o = 0; o < out; ++o) {
    for (int64_t t = 0; t < kernel; ++t) {
      const int64_t i = o * stride - pad + t * dilation;
      if (i >= 0 && i < in) axis[static_cast<size_t>(o)].push_back({t, i});
    }
  }
  return axis;
}

Axis SourceAxis(const Axis& result, int64_t in) {
  Axis axis(static_cast<size_t>(in));
  for (size_t o = 0; o < result.size(); ++o) {
    for (const Meeting& m : result[o]) axis[static_cast<size_t>(m.at)].push_back({m.tap, static_cast<int64_t>(o)});
  }
  return axis;
}

// Calls body(where the pixel begins, what it meets) for the pixels of rows x columns.
template <class F>
void ForPixels(int64_t n, const Axis& rows, const Axis& columns, const MaxPoolShape& s, int64_t from_h, int64_t from_w,
               const F& body) {
  const int64_t height = static_cast<int64_t>(rows.size());
  ParallelFor(n * height, [&](int64_t row) {
    const int64_t picture = row / height;
    std::vector<int64_t> from;  // where the pixels met begin
    std::vector<int32_t> taps;
    for (size_t column = 0; column < columns.size(); ++column) {
      from.clear();
      taps.clear();
      for (const Meeting& h : rows[static_cast<size_t>(row % height)]) {
        for (const Meeting& w : columns[column]) {
          from.push_back(((picture * from_h + h.at) * from_w + w.at) * s.channels);
          taps.push_back(static_cast<int32_t>(h.tap * s.kw + w.tap));
        }
      }
      body((row * static_cast<int64_t>(columns.size()) + static_cast<int64_t>(column)) * s.channels,
           PoolTaps{from.data(), taps.data(), taps.size()});
    }
  });
}

Axis Rows(const MaxPoolShape& s) { return ResultAxis(s.oh, s.ih, s.kh, s.stride_h, s.pad_h, s.dilation_h); }
Axis Columns(const MaxPoolShape& s) { return ResultAxis(s.ow, s.iw, s.kw, s.stride_w, s.pad_w, s.dilation_w); }

}  // namespace

bool MaxPoolTakes(const MaxPoolShape& s) {
  if (s.kh * s.kw > 256) return false;
  const auto meets = [](const Axis& axis) {
    return std::none_of(axis.begin(), axis.end(), [](const std::vector<Meeting>& at) { return at.empty(); });
  };
  return meets(Rows(s)) && meets(Columns(s));
}

void MaxPoolForward(float* y, uint8_t* winners, const float* x, const MaxPoolShape& s) {
  ForPixels(s.n, Rows(s), Columns(s), s, s.ih, s.iw, [&](int64_t at, const PoolTaps& from) {
    HWY_DYNAMIC_DISPATCH(PixelForward)(y + at, winners + at, x, from, s.channels);
  });
}

// Every source pixel gathers from the windows it stands in: no zeros to write first, no two threads at one place.
void MaxPoolBackward(float* dx, const float* dy, const uint8_t* winners, const MaxPoolShape& s) {
  ForPixels(s.n, SourceAxis(Rows(s), s.ih), SourceAxis(Columns(s), s.iw), s, s.oh, s.ow,
            [&](int64_t at, const PoolTaps& from) {
              HWY_DYNAMIC_DISPATCH(PixelBackward)(dx + at, dy, winners, from, s.channels);
            });
}

}  // namespace saker::autograd
#endif  // HWY_ONCE
