// The reference's colour steps: double precision, one pixel after the other, no tables.
#ifndef SAKER_PIPELINE_SIMPLE_COLOR_H_
#define SAKER_PIPELINE_SIMPLE_COLOR_H_

#include <algorithm>
#include <vector>

#include "ops/core/color_step.h"

namespace saker {

struct Rgb {
  double r, g, b;
};

inline double Clamp255(double v) { return std::clamp(v, 0.0, 255.0); }

inline double Luma(const Rgb& p) { return (19595 * p.r + 38470 * p.g + 7471 * p.b) / 65536; }

// One step on a whole picture of rows of `width` pixels.
void ApplyColor(const ColorStep& step, int width, std::vector<Rgb>* pixels);

}  // namespace saker

#endif  // SAKER_PIPELINE_SIMPLE_COLOR_H_
