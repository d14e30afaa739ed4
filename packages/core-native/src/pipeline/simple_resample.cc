#include "pipeline/simple_resample.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace saker {
namespace {

struct Term {
  int pixel;
  double weight;
};
using MatrixRow = std::vector<Term>;
using Matrix = std::vector<MatrixRow>;

double Sinc(double x) { return x == 0 ? 1 : std::sin(M_PI * x) / (M_PI * x); }

double Kernel(Interpolation filter, double x) {
  x = std::fabs(x);
  if (filter == Interpolation::kBilinear) return std::max(0.0, 1 - x);
  if (filter == Interpolation::kLanczos) return x < 3 ? Sinc(x) * Sinc(x / 3) : 0;
  // Keys 1981, equation 4 with a = -1/2.
  if (x < 1) return 1.5 * x * x * x - 2.5 * x * x + 1;
  return x < 2 ? -0.5 * x * x * x + 2.5 * x * x - 4 * x + 2 : 0;
}

void AddRow(MatrixRow* to, const MatrixRow& row, double factor) {
  for (const Term& term : row) {
    auto same =
        std::find_if(to->begin(), to->end(), [&](const Term& t) { return t.pixel == term.pixel; });
    if (same == to->end()) {
      to->push_back({term.pixel, factor * term.weight});
    } else {
      same->weight += factor * term.weight;
    }
  }
}

Matrix Resized(const Matrix& in, const AxisStep& step) {
  const int n = static_cast<int>(in.size());
  Matrix out(static_cast<size_t>(step.size));
  const double scale = (step.box1 - step.box0) / step.size;
  const double stretch = step.antialias && scale > 1 ? scale : 1;
  double nearest = step.box0 + scale / 2;
  for (int o = 0; o < step.size; ++o, nearest += scale) {
    if (step.filter == Interpolation::kNearest) {
      out[o] = in[std::clamp(static_cast<int>(std::floor(nearest)), 0, n - 1)];
      continue;
    }
    const double center = step.box0 + (o + 0.5) * scale;
    const int reach = static_cast<int>(std::ceil(3 * stretch)) + 1;
    const int first = std::max(0, static_cast<int>(center) - reach);
    const int last = std::min(n - 1, static_cast<int>(center) + reach);
    double total = 0;
    for (int i = first; i <= last; ++i) total += Kernel(step.filter, (i + 0.5 - center) / stretch);
    for (int i = first; i <= last; ++i) {
      const double w = Kernel(step.filter, (i + 0.5 - center) / stretch);
      if (w != 0) AddRow(&out[o], in[i], w / total);
    }
  }
  return out;
}

// Walks outwards from i to the pixel that a pad shows, one reflection at a time.
int Outside(PaddingMode mode, int i, int n) {
  if (mode == PaddingMode::kEdge) return std::clamp(i, 0, n - 1);
  const int twice = mode == PaddingMode::kReflect ? 0 : 1;  // symmetric shows the edge pixel twice
  while (i < 0 || i >= n) {
    if (n == 1) return 0;
    i = i < 0 ? -i - twice : 2 * (n - 1) - i + twice;
  }
  return i;
}

Matrix Padded(const Matrix& in, const AxisStep& step) {
  const int n = static_cast<int>(in.size());
  Matrix out(static_cast<size_t>(step.size));
  for (int o = 0; o < step.size; ++o) {
    const int i = o - step.offset;
    if (i >= 0 && i < n) {
      out[o] = in[i];
    } else if (step.padding_mode != PaddingMode::kConstant) {
      out[o] = in[Outside(step.padding_mode, i, n)];
    }
  }
  return out;
}

Matrix MatrixOf(const AxisChain& chain) {
  Matrix m(static_cast<size_t>(chain.source_size));
  for (int i = 0; i < chain.source_size; ++i) m[i] = {{i, 1.0}};
  for (int k = 0; k < chain.count; ++k) {
    const AxisStep& step = chain.steps[k];
    switch (step.kind) {
      case AxisStepKind::kCrop:
        m = Matrix(m.begin() + step.offset, m.begin() + step.offset + step.size);
        break;
      case AxisStepKind::kFlip:
        std::reverse(m.begin(), m.end());
        break;
      case AxisStepKind::kPad:
        m = Padded(m, step);
        break;
      case AxisStepKind::kResize:
        m = Resized(m, step);
        break;
    }
  }
  return m;
}

Rgb Weighted(const MatrixRow& row, const std::array<float, 3>& fill,
             const std::function<const Rgb&(int)>& at) {
  Rgb sum{0, 0, 0};
  double inside = 0;
  for (const Term& term : row) {
    const Rgb& p = at(term.pixel);
    sum = {sum.r + term.weight * p.r, sum.g + term.weight * p.g, sum.b + term.weight * p.b};
    inside += term.weight;
  }
  const double rest = 1 - inside;
  return Clamp255(
      Rgb{sum.r + fill[0] * rest, sum.g + fill[1] * rest, sum.b + fill[2] * rest});
}

}  // namespace

ReferencePicture SimpleResample(const AxisChain& x, const AxisChain& y,
                                const std::array<float, 3>& fill, const SourcePixels& source) {
  const Matrix mx = MatrixOf(x), my = MatrixOf(y);
  // Rows of the source that no output needs stay empty.
  std::vector<std::vector<Rgb>> lines(static_cast<size_t>(y.source_size));
  ReferencePicture out{x.size(), y.size(), {}};
  out.pixels.resize(mx.size() * my.size());
  for (int oy = 0; oy < out.height; ++oy) {
    for (const Term& term : my[oy]) {
      std::vector<Rgb>& line = lines[term.pixel];
      if (!line.empty()) continue;
      Rgb pixel{};
      const auto at = [&](int sx) -> const Rgb& { return pixel = source(term.pixel, sx); };
      for (const MatrixRow& row : mx) line.push_back(Weighted(row, fill, at));
    }
    for (int ox = 0; ox < out.width; ++ox) {
      out.at(oy, ox) = Weighted(my[oy], fill, [&](int sy) -> const Rgb& { return lines[sy][ox]; });
    }
  }
  return out;
}

}  // namespace saker
