// ElasticTransform for Highway: the noise and the sampling go pixel by pixel, the smoothing by
// vectors. Formula: elastic_transform.h.
#if defined(SAKER_OPS_ELASTIC_TRANSFORM_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SAKER_OPS_ELASTIC_TRANSFORM_INL_H_
#undef SAKER_OPS_ELASTIC_TRANSFORM_INL_H_
#else
#define SAKER_OPS_ELASTIC_TRANSFORM_INL_H_
#endif

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

#include "base/status.h"
#include "hwy/highway.h"
#include "ops/core/planar-inl.h"
#include "ops/core/planar_picture.h"
#include "ops/elastic_transform/elastic_transform_steps.h"
#include "ops/gaussian_blur/gaussian_blur_steps.h"

HWY_BEFORE_NAMESPACE();
namespace saker {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// A plane of offsets: rows of `stride` floats.
struct OffsetPlane {
  float* first;
  size_t stride;
  float* Row(int32_t y) const { return first + static_cast<size_t>(y) * stride; }
};

// out = sum over k of weights[k] * line[x + k]; reads whole vectors beyond the width.
HWY_INLINE void SmoothLine(const float* HWY_RESTRICT weights, int32_t taps, int32_t width,
                           const float* HWY_RESTRICT line, float* HWY_RESTRICT out) {
  const DF d;
  for (int32_t x = 0; x < width; x += kLanes) {
    VF sum = hn::Zero(d);
    for (int32_t k = 0; k < taps; ++k)
      sum = hn::MulAdd(hn::LoadU(d, line + x + k), hn::Set(d, weights[k]), sum);
    hn::Store(sum, d, out + x);
  }
}

// Smooths `plane` along x in place, then along y into `out`. `line` holds a row with its border.
HWY_INLINE void SmoothPlane(const std::vector<float>& along_x, const std::vector<float>& along_y,
                            int32_t width, int32_t height, const OffsetPlane& plane, float* line,
                            const OffsetPlane& out) {
  const DF d;
  const int32_t taps_x = static_cast<int32_t>(along_x.size()), reach_x = taps_x / 2;
  const int32_t taps_y = static_cast<int32_t>(along_y.size()), reach_y = taps_y / 2;
  for (int32_t y = 0; y < height; ++y) {
    float* row = plane.Row(y);
    for (int32_t i = 0; i < reach_x; ++i) {
      line[i] = row[ReflectedIndex(i - reach_x, width)];
      line[reach_x + width + i] = row[ReflectedIndex(width + i, width)];
    }
    std::memcpy(line + reach_x, row, static_cast<size_t>(width) * sizeof(float));
    SmoothLine(along_x.data(), taps_x, width, line, row);
  }
  for (int32_t y = 0; y < height; ++y) {
    float* HWY_RESTRICT to = out.Row(y);
    for (int32_t k = 0; k < taps_y; ++k) {
      const float* HWY_RESTRICT row = plane.Row(ReflectedIndex(y + k - reach_y, height));
      const VF w = hn::Set(d, along_y[static_cast<size_t>(k)]);
      for (int32_t x = 0; x < width; x += kLanes) {
        const VF before = k == 0 ? hn::Zero(d) : hn::Load(d, to + x);
        hn::Store(hn::MulAdd(hn::Load(d, row + x), w, before), d, to + x);
      }
    }
  }
}

// The weights of the neighbours floor(position) - 1 .. + 2 of one axis; first: the first of them.
struct ElasticTaps {
  int32_t first;
  float weight[4];
};

HWY_INLINE ElasticTaps TapsAt(Interpolation filter, double position) {
  ElasticTaps taps;
  if (filter == Interpolation::kNearest) {
    taps.first = static_cast<int32_t>(std::floor(position + 0.5)) - 1;
    taps.weight[0] = taps.weight[2] = taps.weight[3] = 0;
    taps.weight[1] = 1;
    return taps;
  }
  const double whole = std::floor(position);
  const float t = static_cast<float>(position - whole);
  taps.first = static_cast<int32_t>(whole) - 1;
  if (filter == Interpolation::kBilinear) {
    taps.weight[0] = taps.weight[3] = 0;
    taps.weight[1] = 1 - t;
    taps.weight[2] = t;
    return taps;
  }
  const float t2 = t * t, t3 = t2 * t;
  taps.weight[0] = -0.5f * t3 + t2 - 0.5f * t;
  taps.weight[1] = 1.5f * t3 - 2.5f * t2 + 1;
  taps.weight[2] = -1.5f * t3 + 2 * t2 + 0.5f * t;
  taps.weight[3] = 0.5f * t3 - 0.5f * t2;
  return taps;
}

inline Status RunPicture(const ElasticStep& step, const PlanarPicture& in, const PlanarPicture& out,
                         PictureArena* arena) {
  const int32_t width = in.width, height = in.height;
  const size_t stride = PaddedWidth(width), plane = stride * static_cast<size_t>(height);
  const int32_t most_taps = std::max(step.taps[0], step.taps[1]);
  float* memory = arena->Get<float>(4 * plane);
  float* line = arena->Get<float>(stride + static_cast<size_t>(most_taps));
  if (memory == nullptr || line == nullptr) {
    return Status(ErrorCode::kMemory, "the offsets of ElasticTransform");
  }
  const OffsetPlane noise[2] = {{memory, stride}, {memory + plane, stride}};
  const OffsetPlane offset[2] = {{memory + 2 * plane, stride}, {memory + 3 * plane, stride}};
  std::memset(memory, 0, 2 * plane * sizeof(float));
  std::memset(line, 0, (stride + static_cast<size_t>(most_taps)) * sizeof(float));
  for (int32_t y = 0; y < height; ++y) {
    for (int32_t x = 0; x < width; ++x) {
      const PhiloxBlock words = PixelNoise(step.noise, x, y);
      for (size_t axis = 0; axis < 2; ++axis)
        noise[axis].Row(y)[x] = 2 * UnitNoise(words[axis]) - 1;
    }
  }
  std::vector<float> along_x, along_y;
  for (size_t which = 0; which < 2; ++which) {
    const int32_t taps = step.taps[which];
    GaussianWeights(step.sigma[0] > 0 ? taps : 1, std::max(step.sigma[0], 1e-9), &along_x);
    GaussianWeights(step.sigma[1] > 0 ? taps : 1, std::max(step.sigma[1], 1e-9), &along_y);
    SmoothPlane(along_x, along_y, width, height, noise[which], line, offset[which]);
  }
  for (int32_t y = 0; y < height; ++y) {
    const PlanarRow to = out.Row(y);
    for (int32_t x = 0; x < width; ++x) {
      const ElasticTaps ax = TapsAt(step.filter, x + step.amount[0] * offset[0].Row(y)[x]);
      const ElasticTaps ay = TapsAt(step.filter, y + step.amount[1] * offset[1].Row(y)[x]);
      float sum[3] = {0, 0, 0};
      for (int32_t j = 0; j < 4; ++j) {
        const int32_t from_y = ay.first + j;
        const bool row_inside = from_y >= 0 && from_y < height;
        const PlanarRow row = in.Row(row_inside ? from_y : 0);
        for (int32_t i = 0; i < 4; ++i) {
          const float w = ax.weight[i] * ay.weight[j];
          if (w == 0) continue;
          const int32_t from_x = ax.first + i;
          const bool inside = row_inside && from_x >= 0 && from_x < width;
          sum[0] += w * (inside ? row.r[from_x] : step.fill[0]);
          sum[1] += w * (inside ? row.g[from_x] : step.fill[1]);
          sum[2] += w * (inside ? row.b[from_x] : step.fill[2]);
        }
      }
      to.r[x] = std::min(std::max(sum[0], 0.0f), 255.0f);
      to.g[x] = std::min(std::max(sum[1], 0.0f), 255.0f);
      to.b[x] = std::min(std::max(sum[2], 0.0f), 255.0f);
    }
  }
  return OkStatus();
}

}  // namespace HWY_NAMESPACE
}  // namespace saker
HWY_AFTER_NAMESPACE();

#endif  // SAKER_OPS_ELASTIC_TRANSFORM_INL_H_
