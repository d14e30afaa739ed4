// MaxPool, AveragePool, their global forms, 1-D and 2-D.
// ATen's own padding is used where it gives the same windows; everything else pads explicitly.
#include <limits>

#include "autograd/ops/max_pool.h"
#include "autograd/ops/window.h"

namespace saker::autograd {
namespace {

struct Geometry {
  std::vector<int64_t> kernel, stride, dilation, padding;
  bool native = true, ceil = false;  // ATen's symmetric padding gives exactly the wanted windows
  std::vector<std::pair<int64_t, int64_t>> pads;
};

int64_t AtenOut(const Axis& a, bool ceil) {
  const int64_t room = a.in + 2 * a.begin - a.dilation * (a.kernel - 1) - 1;
  if (room < 0) return 0;
  int64_t out = (room + (ceil ? a.stride - 1 : 0)) / a.stride + 1;
  if (ceil && (out - 1) * a.stride >= a.in + a.begin) --out;
  return out;
}

Geometry Plan(const std::vector<Axis>& axes, bool same_counts) {
  Geometry g;
  bool floor_fits = true, ceil_fits = true;
  for (const Axis& a : axes) {
    g.kernel.push_back(a.kernel);
    g.stride.push_back(a.stride);
    g.dilation.push_back(a.dilation);
    g.padding.push_back(a.begin);
    g.pads.emplace_back(a.begin, a.end_for_out());
    const bool small = a.begin <= a.kernel / 2 && (!same_counts || a.begin == a.end);
    floor_fits = floor_fits && small && AtenOut(a, false) == a.out;
    ceil_fits = ceil_fits && small && AtenOut(a, true) == a.out;
  }
  g.native = floor_fits || ceil_fits;
  g.ceil = !floor_fits;
  return g;
}

// Runs a 2-D pool on 1-D data as height 1.
template <typename F>
at::Tensor As2d(const at::Tensor& x, Geometry& g, const F& run) {
  if (g.kernel.size() == 2) return run(x);
  for (auto* list : {&g.kernel, &g.stride, &g.dilation}) list->insert(list->begin(), 1);
  g.padding.insert(g.padding.begin(), 0);
  g.pads.insert(g.pads.begin(), {0, 0});
  return run(x.unsqueeze(2)).squeeze(2);
}

Kernel MaxPool(NodeReader& node) {
  node.RequireInputs(1, 1);
  const Window window(node, true);
  if (node.Int("storage_order", 0) != 0) node.Unsupported("storage_order = 1");
  return [window](const Values& in, RunContext&) -> Values {
    const auto axes = window.Resolve(in[0], window.kernel());
    if (at::Tensor y = MaxPool2d(in[0], axes); y.defined()) return {y};
    Geometry g = Plan(axes, false);
    return {As2d(in[0], g, [&](const at::Tensor& x) {
      if (g.native) return at::max_pool2d(x, g.kernel, g.stride, g.padding, g.dilation, g.ceil);
      const at::Tensor padded = PadSpatial(x, g.pads, -std::numeric_limits<float>::infinity());
      return at::max_pool2d(padded, g.kernel, g.stride, {0, 0}, g.dilation, false);
    })};
  };
}

// Sum over windows divided by how many elements count: the input, with count_include_pad also the declared
// padding, never the extra positions of ceil_mode.
at::Tensor AverageByCounts(const at::Tensor& x, const Geometry& g, const std::vector<Axis>& axes,
                           bool include_pad) {
  const at::Tensor sums = at::avg_pool2d(PadSpatial(x, g.pads, 0), g.kernel, g.stride, {0, 0}, false, true, 1);
  at::Tensor counted = at::zeros({1, 1, x.size(2) + g.pads[0].first + g.pads[0].second,
                                  x.size(3) + g.pads[1].first + g.pads[1].second}, x.options());
  at::Tensor inside = counted;
  const size_t offset = 2 - axes.size();
  for (size_t d = 0; d < 2; ++d) {
    int64_t from = 0, length = inside.size(static_cast<int64_t>(d) + 2);
    if (d >= offset) {
      const Axis& a = axes[d - offset];
      from = include_pad ? 0 : a.begin;
      length = std::min(length - from, include_pad ? a.in + a.begin + a.end : a.in);
    }
    inside = inside.narrow(static_cast<int64_t>(d) + 2, from, length);
  }
  inside.fill_(1);
  return sums / at::avg_pool2d(counted, g.kernel, g.stride, {0, 0}, false, true, 1);
}

Kernel AveragePool(NodeReader& node) {
  node.RequireInputs(1, 1);
  const Window window(node, true);
  const bool include_pad = node.Int("count_include_pad", 0) != 0;
  for (int64_t d : node.Ints("dilations")) {
    if (d != 1) node.Unsupported("dilations other than 1");
  }
  return [window, include_pad](const Values& in, RunContext&) -> Values {
    const auto axes = window.Resolve(in[0], window.kernel());
    Geometry g = Plan(axes, true);
    return {As2d(in[0], g, [&](const at::Tensor& x) {
      if (g.native) return at::avg_pool2d(x, g.kernel, g.stride, g.padding, g.ceil, include_pad);
      return AverageByCounts(x, g, axes, include_pad);
    })};
  };
}

std::vector<int64_t> SpatialDims(const at::Tensor& x) {
  if (x.dim() < 3) ThrowArgument("a global pool needs spatial dimensions");
  std::vector<int64_t> dims;
  for (int64_t d = 2; d < x.dim(); ++d) dims.push_back(d);
  return dims;
}

Kernel GlobalAveragePool(NodeReader& node) {
  node.RequireInputs(1, 1);
  return [](const Values& in, RunContext&) -> Values { return {in[0].mean(SpatialDims(in[0]), true)}; };
}

// (sum of |x|^p over the window)^(1/p).
Kernel LpPool(NodeReader& node) {
  node.RequireInputs(1, 1);
  const Window window(node, true);
  const double p = node.Float("p", 2);
  for (int64_t d : node.Ints("dilations")) {
    if (d != 1) node.Unsupported("dilations other than 1");
  }
  return [window, p](const Values& in, RunContext&) -> Values {
    Geometry g = Plan(window.Resolve(in[0], window.kernel()), true);
    return {As2d(in[0], g, [&](const at::Tensor& x) {
      const at::Tensor powers = PadSpatial(at::pow(at::abs(x), p), g.pads, 0);
      return at::pow(at::avg_pool2d(powers, g.kernel, g.stride, {0, 0}, false, true, 1), 1 / p);
    })};
  };
}

Kernel GlobalLpPool(NodeReader& node) {
  node.RequireInputs(1, 1);
  const double p = node.Float("p", 2);
  return [p](const Values& in, RunContext&) -> Values { return {at::norm(in[0], p, SpatialDims(in[0]), true)}; };
}

Kernel GlobalMaxPool(NodeReader& node) {
  node.RequireInputs(1, 1);
  return [](const Values& in, RunContext&) -> Values { return {at::amax(in[0], SpatialDims(in[0]), true)}; };
}

}  // namespace

const std::vector<OpEntry>& PoolOps() {
  static const std::vector<OpEntry> ops = {
      {"MaxPool", MaxPool},
      {"AveragePool", AveragePool},
      {"GlobalAveragePool", GlobalAveragePool},
      {"GlobalMaxPool", GlobalMaxPool},
      {"LpPool", LpPool},
      {"GlobalLpPool", GlobalLpPool},
  };
  return ops;
}

}  // namespace saker::autograd
