// ElasticTransform for the reference executor, in double.
#ifndef SAKER_OPS_ELASTIC_TRANSFORM_ELASTIC_TRANSFORM_REFERENCE_H_
#define SAKER_OPS_ELASTIC_TRANSFORM_ELASTIC_TRANSFORM_REFERENCE_H_

#include <cmath>
#include <vector>

#include "ops/core/reference_picture.h"
#include "ops/elastic_transform/elastic_transform_steps.h"

namespace saker {

// Weights of a Gaussian around its centre; one of sigma 0 smooths nothing.
inline std::vector<double> ElasticGaussian(int taps, double sigma) {
  const int reach = sigma > 0 ? taps / 2 : 0;
  std::vector<double> weights;
  double sum = 0;
  for (int k = -reach; k <= reach; ++k) {
    weights.push_back(k == 0 ? 1 : std::exp(-k * k / (2 * sigma * sigma)));
    sum += weights.back();
  }
  for (double& w : weights) w /= sum;
  return weights;
}

// One plane of offsets, smoothed. Word 0 or 1 of a pixel's noise.
inline std::vector<double> ElasticOffsets(const ElasticStep& step, size_t which, int width,
                                          int height) {
  const auto mirror = [](int i, int n) {
    while (n > 1 && (i < 0 || i >= n)) i = i < 0 ? -i : 2 * (n - 1) - i;
    return n > 1 ? i : 0;
  };
  const auto index = [width](int y, int x) {
    return static_cast<size_t>(y) * static_cast<size_t>(width) + static_cast<size_t>(x);
  };
  std::vector<double> noise(index(height, 0)), across(noise.size()), both(noise.size());
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x)
      noise[index(y, x)] = 2.0 * UnitNoise(PixelNoise(step.noise, x, y)[which]) - 1;
  }
  const std::vector<double> wx = ElasticGaussian(step.taps[which], step.sigma[0]);
  const std::vector<double> wy = ElasticGaussian(step.taps[which], step.sigma[1]);
  const int rx = static_cast<int>(wx.size()) / 2, ry = static_cast<int>(wy.size()) / 2;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int k = -rx; k <= rx; ++k)
        across[index(y, x)] +=
            wx[static_cast<size_t>(k + rx)] * noise[index(y, mirror(x + k, width))];
    }
  }
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int k = -ry; k <= ry; ++k)
        both[index(y, x)] +=
            wy[static_cast<size_t>(k + ry)] * across[index(mirror(y + k, height), x)];
    }
  }
  return both;
}

// Weight of the neighbour at distance t.
inline double ElasticWeight(Interpolation filter, double t) {
  t = std::fabs(t);
  if (filter == Interpolation::kBilinear) return t < 1 ? 1 - t : 0;
  if (t < 1) return (1.5 * t - 2.5) * t * t + 1;
  return t < 2 ? ((-0.5 * t + 2.5) * t - 4) * t + 2 : 0;
}

inline void ReferenceStep(const ElasticStep& step, ReferencePicture* picture,
                          std::vector<ReferencePicture>*) {
  const ReferencePicture in = *picture;
  const Rgb fill{step.fill[0], step.fill[1], step.fill[2]};
  const auto pixel = [&](double y, double x) {
    const bool inside = x >= 0 && x < in.width && y >= 0 && y < in.height;
    return inside ? in.at(static_cast<int>(y), static_cast<int>(x)) : fill;
  };
  const std::vector<double> u = ElasticOffsets(step, 0, in.width, in.height);
  const std::vector<double> v = ElasticOffsets(step, 1, in.width, in.height);
  for (int y = 0; y < in.height; ++y) {
    for (int x = 0; x < in.width; ++x) {
      const size_t at = static_cast<size_t>(y) * static_cast<size_t>(in.width) + x;
      const double sx = x + step.amount[0] * u[at], sy = y + step.amount[1] * v[at];
      if (step.filter == Interpolation::kNearest) {
        picture->at(y, x) = pixel(std::floor(sy + 0.5), std::floor(sx + 0.5));
        continue;
      }
      Rgb sum{0, 0, 0};
      for (double ny = std::floor(sy) - 1; ny <= std::floor(sy) + 2; ++ny) {
        for (double nx = std::floor(sx) - 1; nx <= std::floor(sx) + 2; ++nx) {
          const double w = ElasticWeight(step.filter, sx - nx) * ElasticWeight(step.filter, sy - ny);
          const Rgb p = pixel(ny, nx);
          sum = {sum.r + w * p.r, sum.g + w * p.g, sum.b + w * p.b};
        }
      }
      picture->at(y, x) = Clamp255(sum);
    }
  }
}

}  // namespace saker

#endif  // SAKER_OPS_ELASTIC_TRANSFORM_ELASTIC_TRANSFORM_REFERENCE_H_
