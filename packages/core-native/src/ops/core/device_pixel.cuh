// A pixel in registers, where pixels are read from, and the arithmetic of the device twins.
//
// Numerics: nvcc is run with --fmad=false and without fast-math, the host compiler with
// -ffp-contract=off: a
// * b + c is two roundings everywhere and FusedMulAdd is one everywhere. With the correctly rounded
// division of both, a body gives the same bits on the host, where a test runs it, and on a device.
//
// What a step's op provides in its .cuh, in saker::device, by its PassKind (S is the step's
// struct):
//   kPointwise, kPlaced   Pixel MapPixel(const S&, const Pixel&, int32_t x, int32_t y)
//   kTable                nothing: the table of FillTable is uploaded
//   kHistogram            void FinishTable(const S&, const unsigned int* count, float* table): one
//   channel,
//                         256 levels
//   kStatistic            int GatherPixel(const S&, const Pixel&, float* values): up to kMaxSums
//   values of
//                         0..255, summed over the picture; Pixel MapPixel(const S&, const float*
//                         means, const Pixel&, int32_t x, int32_t y)
//   kNeighbours, kPicture Pixel ReadPixel(const S&, const Planes& in, int32_t x, int32_t y), or,
//   for a
//                         separable filter with a reflected border, in _steps.h:
//                         void SeparableWeights(const S&, int axis, std::vector<float>* weights)
//   kResample             nothing: the chains are uploaded as tables
// A step without its functions runs on the CPU only; gen/steps.cuh says which ops have promised
// them.
#ifndef SAKER_OPS_CORE_DEVICE_PIXEL_CUH_
#define SAKER_OPS_CORE_DEVICE_PIXEL_CUH_

#include <cmath>
#include <cstdint>

#include "ops/core/host_device.h"
#include "ops/core/luma.h"

#define SAKER_DEVICE SAKER_HOST_DEVICE inline
#if defined(__CUDA_ARCH__)
#define SAKER_UNROLL _Pragma("unroll")
#else
#define SAKER_UNROLL
#endif

namespace saker {
namespace device {

inline constexpr int kMaxSums = 6;

// a * b + c, rounded once.
SAKER_DEVICE float FusedMulAdd(float a, float b, float c) { return fmaf(a, b, c); }

// f32 RGB of 0..255.
struct Pixel {
  float c[3];
};

SAKER_DEVICE float Clamp255(float v) { return fminf(fmaxf(v, 0.0f), 255.0f); }

// floor(v + 0.5) of a value of 0..255.
SAKER_DEVICE int32_t LevelOf(float v) { return static_cast<int32_t>(v + 0.5f); }

SAKER_DEVICE float Luma(const Pixel& p) {
  return FusedMulAdd(kLumaB, p.c[2], FusedMulAdd(kLumaG, p.c[1], kLumaR * p.c[0]));
}

// Decoded u8 rows, interleaved RGB or grey.
struct ByteRows {
  const uint8_t* first;
  int64_t stride;
  int32_t channels;

  SAKER_DEVICE Pixel At(int32_t x, int32_t y) const {
    const uint8_t* p = first + y * stride + static_cast<int64_t>(x) * channels;
    if (channels == 1) {
      const float v = p[0];
      return {{v, v, v}};
    }
    return {{static_cast<float>(p[0]), static_cast<float>(p[1]), static_cast<float>(p[2])}};
  }
};

// A picture between two passes: three f32 planes.
struct Planes {
  float* first;
  int32_t width, height;

  SAKER_DEVICE int64_t area() const { return static_cast<int64_t>(width) * height; }
  SAKER_DEVICE Pixel At(int32_t x, int32_t y) const {
    const float* p = first + static_cast<int64_t>(y) * width + x;
    return {{p[0], p[area()], p[2 * area()]}};
  }
  SAKER_DEVICE void Set(int32_t x, int32_t y, const Pixel& v) const {
    float* p = first + static_cast<int64_t>(y) * width + x;
    SAKER_UNROLL
    for (int c = 0; c < 3; ++c) p[c * area()] = v.c[c];
  }
};

}  // namespace device
}  // namespace saker

#endif  // SAKER_OPS_CORE_DEVICE_PIXEL_CUH_
