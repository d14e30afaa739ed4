#include "pipeline/simple_color.h"

#include <cmath>
#include <cstdlib>

#include "ops/random_erasing/random_erasing.h"

namespace saker {
namespace {

Rgb Blend(const Rgb& a, const Rgb& b, double f) {
  return {Clamp255(f * a.r + (1 - f) * b.r), Clamp255(f * a.g + (1 - f) * b.g),
          Clamp255(f * a.b + (1 - f) * b.b)};
}

// Foley, van Dam, Feiner, Hughes, "Computer Graphics", figures 13.33 and 13.34.
Rgb ShiftHue(const Rgb& p, double turn) {
  const double v = std::max({p.r, p.g, p.b}), chroma = v - std::min({p.r, p.g, p.b});
  if (chroma == 0) return p;
  double h = p.r == v   ? (p.g - p.b) / chroma
             : p.g == v ? 2 + (p.b - p.r) / chroma
                        : 4 + (p.r - p.g) / chroma;
  h = h / 6 + turn;
  h = (h - std::floor(h)) * 6;
  if (h >= 6) h -= 6;
  const int sector = static_cast<int>(h);
  const double f = h - sector, s = chroma / v;
  const double low = v * (1 - s), down = v * (1 - s * f), up = v * (1 - s * (1 - f));
  switch (sector) {
    case 0:
      return {v, up, low};
    case 1:
      return {down, v, low};
    case 2:
      return {low, v, up};
    case 3:
      return {low, down, v};
    case 4:
      return {up, low, v};
    default:
      return {v, low, down};
  }
}

// ---- ops on whole levels: Pillow's definitions ----

int Level(double v) { return static_cast<int>(std::floor(v + 0.5)); }

// ImageOps.posterize, ImageOps.solarize, and torchvision's table for adjust_gamma.
double MappedLevel(const ColorStep& step, double v) {
  const int level = Level(v);
  if (step.kind == ColorStepKind::kPosterize) {
    return level & ~((1 << (8 - static_cast<int>(step.factor))) - 1);
  }
  if (step.kind == ColorStepKind::kSolarize) return level < step.factor ? level : 255 - level;
  return std::min(255.0, std::floor(255.999 * step.gain * std::pow(level / 255.0, step.factor)));
}

// One channel of ImageOps.autocontrast.
void Autocontrast(double Rgb::* channel, std::vector<Rgb>* pixels) {
  int lo = 255, hi = 0;
  for (const Rgb& p : *pixels) {
    lo = std::min(lo, Level(p.*channel));
    hi = std::max(hi, Level(p.*channel));
  }
  for (Rgb& p : *pixels) {
    const int level = Level(p.*channel);
    const double scale = hi > lo ? 255.0 / (hi - lo) : 1, offset = hi > lo ? -lo * scale : 0;
    p.*channel = std::clamp(static_cast<int>(level * scale + offset), 0, 255);
  }
}

// One channel of ImageOps.equalize.
void Equalize(double Rgb::* channel, std::vector<Rgb>* pixels) {
  std::vector<long> count(256), map(256);
  for (const Rgb& p : *pixels) ++count[Level(p.*channel)];
  int highest = 255;
  while (count[highest] == 0) --highest;
  const long step = (static_cast<long>(pixels->size()) - count[highest]) / 255;
  if (step == 0) {
    for (Rgb& p : *pixels) p.*channel = Level(p.*channel);
    return;
  }
  long n = step / 2;
  for (int i = 0; i < 256; ++i) {
    map[i] = std::min(n / step, 255L);
    n += count[i];
  }
  for (Rgb& p : *pixels) p.*channel = static_cast<double>(map[Level(p.*channel)]);
}

// ---- neighbours: one channel ----

// ImageEnhance.Sharpness: blend with ImageFilter.SMOOTH in float, truncated.
void Sharpen(double Rgb::* channel, double factor, int width, std::vector<Rgb>* pixels) {
  std::vector<Rgb>& p = *pixels;
  const std::vector<Rgb> in = p;
  const int height = static_cast<int>(in.size()) / width;
  const auto at = [&](int y, int x) { return Level(in[y * width + x].*channel); };
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const int v = at(y, x);
      p[y * width + x].*channel = v;
      if (y == 0 || x == 0 || y == height - 1 || x == width - 1) continue;
      int sum = 4 * v;
      for (int dy = -1; dy <= 1; ++dy) {
        for (int dx = -1; dx <= 1; ++dx) sum += at(y + dy, x + dx);
      }
      const int smooth = Level(sum / 13.0);
      const float change = static_cast<float>(factor) * static_cast<float>(v - smooth);
      const float mixed = static_cast<float>(smooth) + change;
      p[y * width + x].*channel = std::floor(Clamp255(mixed));
    }
  }
}

// Walks outwards one reflection at a time; the edge pixel is not repeated.
int Reflected(int i, int n) {
  while (n > 1 && (i < 0 || i >= n)) i = i < 0 ? -i : 2 * (n - 1) - i;
  return n > 1 ? i : 0;
}

void Blur(const ColorStep& step, double Rgb::* channel, int width, std::vector<Rgb>* pixels) {
  const std::vector<Rgb> in = *pixels;
  const int height = static_cast<int>(in.size()) / width;
  const int rx = step.whole[0] / 2, ry = step.whole[1] / 2;
  const auto weight = [&](double k) { return std::exp(-k * k / (2 * step.factor * step.factor)); };
  double total = 0;
  for (int dy = -ry; dy <= ry; ++dy) {
    for (int dx = -rx; dx <= rx; ++dx) total += weight(dy) * weight(dx);
  }
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      double sum = 0;
      for (int dy = -ry; dy <= ry; ++dy) {
        const Rgb* row = &in[static_cast<size_t>(Reflected(y + dy, height)) * width];
        for (int dx = -rx; dx <= rx; ++dx)
          sum += weight(dy) * weight(dx) * row[Reflected(x + dx, width)].*channel;
      }
      (*pixels)[static_cast<size_t>(y) * width + x].*channel = Clamp255(sum / total);
    }
  }
}

constexpr double Rgb::* kChannels[3] = {&Rgb::r, &Rgb::g, &Rgb::b};

Rgb Mapped(const ColorStep& step, const Rgb& p, double mean) {
  const double luma = Luma(p);
  switch (step.kind) {
    case ColorStepKind::kBrightness:
      return Blend(p, {0, 0, 0}, step.factor);
    case ColorStepKind::kContrast:
      return Blend(p, {mean, mean, mean}, step.factor);
    case ColorStepKind::kSaturation:
      return Blend(p, {luma, luma, luma}, step.factor);
    case ColorStepKind::kHue:
      return ShiftHue(p, step.factor);
    case ColorStepKind::kGrayscale:
      return {luma, luma, luma};
    case ColorStepKind::kInvert:
      return {255 - p.r, 255 - p.g, 255 - p.b};
    case ColorStepKind::kPermute:
      return {p.*kChannels[step.whole[0]], p.*kChannels[step.whole[1]],
              p.*kChannels[step.whole[2]]};
    default:
      return {MappedLevel(step, p.r), MappedLevel(step, p.g), MappedLevel(step, p.b)};
  }
}

}  // namespace

void ApplyColor(const ColorStep& step, int width, std::vector<Rgb>* pixels) {
  switch (step.kind) {
    case ColorStepKind::kAutocontrast:
      for (double Rgb::* channel : kChannels) Autocontrast(channel, pixels);
      return;
    case ColorStepKind::kEqualize:
      for (double Rgb::* channel : kChannels) Equalize(channel, pixels);
      return;
    case ColorStepKind::kSharpness:
      for (double Rgb::* channel : kChannels) Sharpen(channel, step.factor, width, pixels);
      return;
    case ColorStepKind::kBlur:
      for (double Rgb::* channel : kChannels) Blur(step, channel, width, pixels);
      return;
    case ColorStepKind::kErase:
      for (int y = step.box.y; y < step.box.y + step.box.height; ++y) {
        for (int x = step.box.x; x < step.box.x + step.box.width; ++x) {
          const std::array<float, 3> value = ErasedPixel(step, x, y);
          (*pixels)[static_cast<size_t>(y) * width + x] = {value[0], value[1], value[2]};
        }
      }
      return;
    default:
      break;
  }
  double mean = 0;
  for (const Rgb& p : *pixels) mean += Luma(p);
  mean /= static_cast<double>(pixels->size());
  for (Rgb& p : *pixels) p = Mapped(step, p, mean);
}

}  // namespace saker
