// Winograd's transforms of one tile, 16 channels or fewer at a time, compiled once per SIMD target. With source d, filter g,
// result y and its gradient: V = B'dB, U = GgG', y = A'(U*V)A; the gradient of U is (A dy A') * V, that of g G' dU G.
#if defined(SAKER_AUTOGRAD_KERNELS_WINOGRAD_TRANSFORM_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SAKER_AUTOGRAD_KERNELS_WINOGRAD_TRANSFORM_INL_H_
#undef SAKER_AUTOGRAD_KERNELS_WINOGRAD_TRANSFORM_INL_H_
#else
#define SAKER_AUTOGRAD_KERNELS_WINOGRAD_TRANSFORM_INL_H_
#endif

#include "autograd/kernels/winograd_tiles.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace saker::autograd {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::ScalableTag<float>;
using V = hn::Vec<Tag>;

// Vectors of a product's row that stay in registers: 24 sums, 4 filters and a value fill 32; 12, 2 and one fill 16.
constexpr size_t kMostVectors = HWY_TARGET <= HWY_AVX3 || HWY_ARCH_ARM ? 4 : 2;

// Each takes a row or a column: `in` and `out` are read and written at multiples of a step.
struct SourceStep {  // B'
  static constexpr size_t kIn = 4, kOut = 4;
  static HWY_INLINE void Do(const V* in, size_t s, V* out, size_t o) {
    out[0] = hn::Sub(in[0], in[2 * s]);
    out[o] = hn::Add(in[s], in[2 * s]);
    out[2 * o] = hn::Sub(in[2 * s], in[s]);
    out[3 * o] = hn::Sub(in[s], in[3 * s]);
  }
};
struct ResultStep {  // A'
  static constexpr size_t kIn = 4, kOut = 2;
  static HWY_INLINE void Do(const V* in, size_t s, V* out, size_t o) {
    out[0] = hn::Add(hn::Add(in[0], in[s]), in[2 * s]);
    out[o] = hn::Sub(hn::Sub(in[s], in[2 * s]), in[3 * s]);
  }
};
struct FilterStep {  // G
  static constexpr size_t kIn = 3, kOut = 4;
  static HWY_INLINE void Do(const V* in, size_t s, V* out, size_t o) {
    const V half = hn::Set(Tag(), 0.5f), ends = hn::Mul(half, hn::Add(in[0], in[2 * s]));
    out[0] = in[0];
    out[o] = hn::MulAdd(half, in[s], ends);
    out[2 * o] = hn::NegMulAdd(half, in[s], ends);
    out[3 * o] = in[2 * s];
  }
};
struct ResultGradientStep {  // A
  static constexpr size_t kIn = 2, kOut = 4;
  static HWY_INLINE void Do(const V* in, size_t s, V* out, size_t o) {
    out[0] = in[0];
    out[o] = hn::Add(in[0], in[s]);
    out[2 * o] = hn::Sub(in[0], in[s]);
    out[3 * o] = hn::Neg(in[s]);
  }
};
struct FilterGradientStep {  // G'
  static constexpr size_t kIn = 4, kOut = 3;
  static HWY_INLINE void Do(const V* in, size_t s, V* out, size_t o) {
    const V half = hn::Set(Tag(), 0.5f), both = hn::Mul(half, hn::Add(in[s], in[2 * s]));
    out[0] = hn::Add(in[0], both);
    out[o] = hn::Mul(half, hn::Sub(in[s], in[2 * s]));
    out[2 * o] = hn::Add(both, in[3 * s]);
  }
};

// out [kOut][kOut] = the step on the columns, then on the rows, of in [kIn][kIn].
template <class Step>
HWY_INLINE void Transform(const V* in, V* out) {
  V half[Step::kOut * Step::kIn];
  for (size_t c = 0; c < Step::kIn; ++c) Step::Do(in + c, Step::kIn, half + c, Step::kIn);
  for (size_t r = 0; r < Step::kOut; ++r) Step::Do(half + r * Step::kIn, 1, out + r * Step::kOut, 1);
}

// The square of kSide pixels from (h, w) on of the picture at `from`, transformed, to `to` in every plane. Pixels outside
// the picture are zeros.
template <class Step>
HWY_INLINE void TransformPixels(float* to, size_t place, const float* from, const Pictures& p, int64_t h, int64_t w) {
  constexpr size_t kSide = Step::kIn;
  const Tag d;
  const size_t C = static_cast<size_t>(p.channels);
  const float* at[kSide * kSide];
  bool inside = true;
  for (size_t i = 0; i < kSide * kSide; ++i) {
    const int64_t y = h + static_cast<int64_t>(i / kSide), x = w + static_cast<int64_t>(i % kSide);
    const bool in = y >= 0 && y < p.h && x >= 0 && x < p.w;
    at[i] = in ? from + (y * p.w + x) * p.channels : nullptr;
    inside = inside && in;
  }
  V in[kSide * kSide], out[kPlaces];
  for (size_t c = 0; c < C; c += hn::Lanes(d)) {
    if (inside) {
      for (size_t i = 0; i < kSide * kSide; ++i) in[i] = hn::LoadU(d, at[i] + c);
    } else {
      for (size_t i = 0; i < kSide * kSide; ++i) in[i] = at[i] != nullptr ? hn::LoadU(d, at[i] + c) : hn::Zero(d);
    }
    Transform<Step>(in, out);
    for (size_t i = 0; i < kPlaces; ++i) hn::StoreU(out[i], d, to + i * place + c);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace saker::autograd
HWY_AFTER_NAMESPACE();
#endif
