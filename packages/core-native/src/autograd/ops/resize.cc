// Resize and Upsample: one axis after the other, each as a selection (nearest) or a small matrix (linear, cubic).
// Source: ONNX operator reference, Resize-10 to Resize-19 and Upsample-9; Keys 1981 for the cubic.
#include <cmath>

#include "autograd/ops/node_reader.h"

namespace saker::autograd {
namespace {

struct Interpolation {
  std::string mode, coordinates, nearest;
  double cubic_a = -0.75;
  bool exclude_outside = false;
};

// Where output position `i` lies in the input; in f32 as ONNX Runtime computes it, so that ties round the same way.
float Source(const Interpolation& how, int64_t i, int64_t in_size, int64_t out_size, double exact_scale) {
  const float x = static_cast<float>(i), scale = static_cast<float>(exact_scale);
  const float in = static_cast<float>(in_size), out = static_cast<float>(out_size);
  if (how.coordinates == "asymmetric") return x / scale;
  if (how.coordinates == "align_corners") return out_size == 1 ? 0 : x * (in - 1) / (out - 1);
  if (how.coordinates == "pytorch_half_pixel" && out_size == 1) return 0;
  const float shift = how.coordinates == "half_pixel_symmetric" ? in / 2 * (1 - out / (scale * in)) : 0;
  return shift + (x + 0.5f) / scale - 0.5f;
}

int64_t NearestIndex(const Interpolation& how, double x, int64_t in) {
  double at = std::round(x);  // halves away from zero: round_prefer_ceil for x > 0
  if (how.nearest == "floor") at = std::floor(x);
  if (how.nearest == "ceil") at = std::ceil(x);
  if (how.nearest == "round_prefer_floor") at = std::ceil(x - 0.5);
  if (how.nearest == "round_prefer_ceil") at = std::floor(x + 0.5);
  return std::min(std::max<int64_t>(static_cast<int64_t>(at), 0), in - 1);
}

double CubicWeight(double t, double a) {
  t = std::abs(t);
  if (t <= 1) return ((a + 2) * t - (a + 3)) * t * t + 1;
  return t < 2 ? ((a * t - 5 * a) * t + 8 * a) * t - 4 * a : 0;
}

// Weights [out, in] of one axis.
at::Tensor AxisMatrix(const Interpolation& how, int64_t in, int64_t out, double scale) {
  at::Tensor matrix = at::zeros({out, in}, at::TensorOptions().dtype(at::kDouble));
  double* rows = matrix.data_ptr<double>();
  const bool cubic = how.mode == "cubic";
  for (int64_t i = 0; i < out; ++i) {
    const double x = Source(how, i, in, out, scale), base = std::floor(x);
    double total = 0, kept = 0;
    for (int64_t tap = cubic ? -1 : 0; tap <= (cubic ? 2 : 1); ++tap) {
      const double distance = x - base - static_cast<double>(tap);
      const double weight = cubic ? CubicWeight(distance, how.cubic_a) : 1 - std::abs(distance);
      const int64_t at = static_cast<int64_t>(base) + tap;
      const bool outside = at < 0 || at >= in;
      total += weight;
      if (cubic && how.exclude_outside && outside) continue;
      kept += weight;
      rows[i * in + std::min(std::max<int64_t>(at, 0), in - 1)] += weight;
    }
    for (int64_t k = 0; k < in && kept != total && kept != 0; ++k) rows[i * in + k] *= total / kept;
  }
  return matrix;
}

at::Tensor ResizeAxis(const at::Tensor& x, const Interpolation& how, int64_t axis, int64_t out, double scale) {
  const int64_t in = x.size(axis);
  if (in == out && scale == 1) return x;
  if (how.mode == "nearest") {
    std::vector<int64_t> index;
    for (int64_t i = 0; i < out; ++i) index.push_back(NearestIndex(how, Source(how, i, in, out, scale), in));
    return at::index_select(x, axis, IntTensor(index).to(x.device()));
  }
  const at::Tensor matrix = AxisMatrix(how, in, out, scale).to(x.options());
  return at::matmul(x.transpose(axis, -1), matrix.t()).transpose(axis, -1);
}

std::vector<double> ToDoubles(const at::Tensor& t) {
  const at::Tensor flat = t.to(at::kCPU, at::kDouble).contiguous();
  return std::vector<double>(flat.data_ptr<double>(), flat.data_ptr<double>() + flat.numel());
}

at::Tensor ResizeAll(at::Tensor x, const Interpolation& how, std::vector<int64_t> axes,
                     const std::vector<double>& scales, const std::vector<int64_t>& sizes) {
  if (axes.empty()) {
    for (int64_t d = 0; d < x.dim(); ++d) axes.push_back(d);
  }
  const bool by_size = scales.empty();
  if ((by_size ? sizes.size() : scales.size()) != axes.size())
    ThrowArgument("Resize needs one scale or size for each axis");
  for (size_t i = 0; i < axes.size(); ++i) {
    const int64_t axis = NormAxis(axes[i], x.dim());
    const double in = static_cast<double>(x.size(axis));
    const int64_t out = by_size ? sizes[i] : static_cast<int64_t>(std::floor(in * scales[i]));
    if (out < 1) ThrowArgument("Resize to nothing");
    x = ResizeAxis(x, how, axis, out, by_size ? static_cast<double>(out) / in : scales[i]);
  }
  return x;
}

void CheckMode(NodeReader& node, Interpolation& how) {
  if (how.mode == "bilinear") how.mode = "linear";
  if (how.mode != "nearest" && how.mode != "linear" && how.mode != "cubic")
    node.Unsupported("mode = " + how.mode);
}

Kernel Resize(NodeReader& node) {
  Interpolation how;
  how.mode = node.String("mode", "nearest");
  CheckMode(node, how);
  if (node.opset() < 11) {  // Resize-10 computes what Upsample-9 does
    node.RequireInputs(2, 2);
    how.coordinates = "asymmetric";
    how.nearest = "floor";
    return [how](const Values& in, RunContext&) -> Values {
      return {ResizeAll(in[0], how, {}, ToDoubles(in[1]), {})};
    };
  }
  node.RequireInputs(1, 4);
  how.coordinates = node.String("coordinate_transformation_mode", "half_pixel");
  how.nearest = node.String("nearest_mode", "round_prefer_floor");
  how.cubic_a = node.Float("cubic_coeff_a", -0.75);
  how.exclude_outside = node.Int("exclude_outside", 0) != 0;
  node.Ignore({"extrapolation_value"});  // of tf_crop_and_resize only
  if (how.coordinates.rfind("tf_", 0) == 0) node.Unsupported("coordinate_transformation_mode = " + how.coordinates);
  if (node.Int("antialias", 0) != 0) node.Unsupported("antialias = 1");
  const std::string policy = node.String("keep_aspect_ratio_policy", "stretch");
  if (policy != "stretch") node.Unsupported("keep_aspect_ratio_policy = " + policy);
  const std::vector<int64_t> axes = node.Ints("axes");
  return [how, axes](const Values& in, RunContext&) -> Values {
    const bool scaled = in.size() > 2 && in[2].defined() && in[2].numel() > 0;
    if (!scaled && (in.size() < 4 || !in[3].defined())) ThrowArgument("Resize without scales and sizes");
    return {ResizeAll(in[0], how, axes, scaled ? ToDoubles(in[2]) : std::vector<double>(),
                      scaled ? std::vector<int64_t>() : ToInts(in[3]))};
  };
}

Kernel Upsample(NodeReader& node) {
  Interpolation how;
  how.mode = node.String("mode", "nearest");
  how.coordinates = "asymmetric";
  how.nearest = "floor";
  CheckMode(node, how);
  const std::vector<double> scales = node.Floats("scales");
  node.RequireInputs(scales.empty() ? 2 : 1, scales.empty() ? 2 : 1);
  return [how, scales](const Values& in, RunContext&) -> Values {
    return {ResizeAll(in[0], how, {}, scales.empty() ? ToDoubles(in[1]) : scales, {})};
  };
}

}  // namespace

const std::vector<OpEntry>& ResizeOps() {
  static const std::vector<OpEntry> ops = {{"Resize", Resize}, {"Upsample", Upsample}};
  return ops;
}

}  // namespace saker::autograd
