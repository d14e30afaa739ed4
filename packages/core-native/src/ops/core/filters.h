// Resampling filters by Pillow's definitions (Resample.c): triangle, Keys' cubic with a = -0.5,
// Lanczos with three lobes. x is the distance from the centre in pixels of the stretched grid.
#ifndef SAKER_OPS_CORE_FILTERS_H_
#define SAKER_OPS_CORE_FILTERS_H_

#include <cmath>

#include "gen/op_params.h"

namespace saker {

// Half the width of the filter at scale 1. Nearest has no weights and is never asked.
inline double FilterSupport(Interpolation filter) {
  switch (filter) {
    case Interpolation::kBicubic:
      return 2.0;
    case Interpolation::kLanczos:
      return 3.0;
    default:
      return 1.0;
  }
}

inline double FilterWeight(Interpolation filter, double x) {
  x = std::abs(x);
  switch (filter) {
    case Interpolation::kBicubic: {
      constexpr double kA = -0.5;
      if (x < 1.0) return ((kA + 2.0) * x - (kA + 3.0)) * x * x + 1;
      return x < 2.0 ? (((x - 5) * x + 8) * x - 4) * kA : 0.0;
    }
    case Interpolation::kLanczos: {
      if (x >= 3.0) return 0.0;
      if (x == 0.0) return 1.0;
      const double px = x * 3.14159265358979323846;
      return std::sin(px) / px * (std::sin(px / 3) / (px / 3));
    }
    default:
      return x < 1.0 ? 1.0 - x : 0.0;
  }
}

}  // namespace saker

#endif  // SAKER_OPS_CORE_FILTERS_H_
