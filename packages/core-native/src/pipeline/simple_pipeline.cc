#include "pipeline/simple_pipeline.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "pipeline/simple_color.h"
#include "pipeline/simple_half.h"

namespace saker {
namespace {

// ---- geometry: one sparse matrix an axis, from the chain's definition ----

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

// One channel through both axes; rows of the source that no output needs stay empty.
std::vector<double> Resample(const SamplePlan& plan, const DecodedImage& image, const Matrix& mx,
                             const Matrix& my, int channel) {
  const size_t w = mx.size(), h = my.size();
  const double fill = plan.has_fill ? plan.fill[channel] : 0;
  const int c = image.view.channels == 1 ? 0 : channel;
  std::vector<std::vector<double>> lines(static_cast<size_t>(plan.y.source_size));
  std::vector<double> out(w * h);
  for (size_t oy = 0; oy < h; ++oy) {
    for (const Term& ty : my[oy]) {
      std::vector<double>& line = lines[ty.pixel];
      if (!line.empty()) continue;
      line.resize(w);
      const uint8_t* row = image.view.Row(ty.pixel - image.origin_y);
      for (size_t ox = 0; ox < w; ++ox) {
        double sum = 0, inside = 0;
        for (const Term& tx : mx[ox]) {
          sum += tx.weight * row[(tx.pixel - image.origin_x) * image.view.channels + c];
          inside += tx.weight;
        }
        line[ox] = Clamp255(sum + fill * (1 - inside));
      }
    }
    for (size_t ox = 0; ox < w; ++ox) {
      double sum = 0, inside = 0;
      for (const Term& ty : my[oy]) {
        sum += ty.weight * lines[ty.pixel][ox];
        inside += ty.weight;
      }
      out[oy * w + ox] = Clamp255(sum + fill * (1 - inside));
    }
  }
  return out;
}

}  // namespace

Status ExecuteSimple(const SamplePlan& plan, const DecodedImage& image, const OutputView& out) {
  const Matrix mx = MatrixOf(plan.x), my = MatrixOf(plan.y);
  const std::vector<double> r = Resample(plan, image, mx, my, 0);
  const std::vector<double> g = Resample(plan, image, mx, my, 1);
  const std::vector<double> b = Resample(plan, image, mx, my, 2);
  std::vector<Rgb> pixels(r.size());
  for (size_t i = 0; i < pixels.size(); ++i) pixels[i] = {r[i], g[i], b[i]};
  for (const ColorStep& step : plan.colors) ApplyColor(step, plan.width(), &pixels);

  const size_t area = pixels.size(), channels = static_cast<size_t>(plan.channels);
  for (size_t i = 0; i < area; ++i) {
    const Rgb& p = pixels[i];
    const double values[3] = {channels == 1 ? Luma(p) : p.r, p.g, p.b};
    for (size_t c = 0; c < channels; ++c) {
      const size_t at = plan.layout == OutputLayout::kNchw ? c * area + i : i * channels + c;
      if (plan.dtype == OutputDtype::kU8) {
        static_cast<uint8_t*>(out.data)[at] =
            static_cast<uint8_t>(std::floor(Clamp255(values[c]) + 0.5));
      } else {
        const float v = static_cast<float>(values[c] * plan.scale[c] + plan.bias[c]);
        if (plan.dtype == OutputDtype::kF32) {
          static_cast<float*>(out.data)[at] = v;
        } else {
          const bool half = plan.dtype == OutputDtype::kF16;
          static_cast<uint16_t*>(out.data)[at] =
              NearestSmallFloat(v, half ? kHalfFraction : kBfloatFraction);
        }
      }
    }
  }
  return OkStatus();
}

}  // namespace saker
