// The picture of the reference executor: double precision, one pixel after the other.
//
// Each step has ReferenceStep(const S&, ReferencePicture*) in its op's _reference.h: naive, sharing
// nothing with the fused code but the step's struct. A kPicture step may keep pictures for the later
// steps of the plan and then takes one argument more: std::vector<ReferencePicture>* kept, of
// PictureArena::kKept pictures.
#ifndef SAKER_OPS_CORE_REFERENCE_PICTURE_H_
#define SAKER_OPS_CORE_REFERENCE_PICTURE_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace saker {

struct Rgb {
  double r, g, b;
};

struct ReferencePicture {
  int width = 0;
  int height = 0;
  std::vector<Rgb> pixels;  // row by row

  Rgb& at(int y, int x) { return pixels[static_cast<size_t>(y) * static_cast<size_t>(width) + x]; }
  const Rgb& at(int y, int x) const {
    return pixels[static_cast<size_t>(y) * static_cast<size_t>(width) + x];
  }
};

inline constexpr double Rgb::* kChannels[3] = {&Rgb::r, &Rgb::g, &Rgb::b};

inline double Clamp255(double v) { return std::clamp(v, 0.0, 255.0); }

inline Rgb Clamp255(const Rgb& p) { return {Clamp255(p.r), Clamp255(p.g), Clamp255(p.b)}; }

inline double Luma(const Rgb& p) { return (19595 * p.r + 38470 * p.g + 7471 * p.b) / 65536; }

// The whole level that a value is stored as.
inline int Level(double v) { return static_cast<int>(std::floor(v + 0.5)); }

// Puts f(value) in place of every value of every channel.
template <class F>
void MapChannels(F&& f, ReferencePicture* picture) {
  for (Rgb& p : picture->pixels) {
    for (double Rgb::* channel : kChannels) p.*channel = static_cast<double>(f(p.*channel));
  }
}

}  // namespace saker

#endif  // SAKER_OPS_CORE_REFERENCE_PICTURE_H_
